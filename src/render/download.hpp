#pragma once

#include <string>

#include "render/runtime.hpp"

namespace functionmesh::render {

/// The command with which the main container fetches its package first; empty when there is nothing
/// to fetch or an init container does it.
std::string download_in_container(const Context& context);

/// True when an init container fetches the package.
bool has_downloader(const Context& context);

/// The init container. Precondition: has_downloader().
api::JsonObject downloader_container(const Context& context);

/// How the main container sees what the init container fetched. Precondition: has_downloader().
api::JsonObject downloaded_mount(const Context& context);

inline constexpr std::string_view kDownloaderVolume = "downloader-volume";

}  // namespace functionmesh::render
