#pragma once

#include <string>
#include <string_view>

#include "render/runtime.hpp"

namespace functionmesh::render {

inline constexpr std::string_view kDownloaderImage = "streamnative/pulsarctl:2.10.2.3";
inline constexpr std::string_view kFilebeatImage = "streamnative/filebeat:v0.6.0";

/// The image that the instance runs in. Empty for a generic language that nobody has an image for.
std::string runner_image(const Context& context);

std::string pull_policy(const Context& context);

/// The runner image brings pulsarctl: the resource says so, or its own image's name does.
bool has_pulsarctl(const api::ComponentSpec& spec);

/// The runner image brings wget, told in the same way.
bool has_wget(const api::ComponentSpec& spec);

/// True for function://, sink:// and source:// locations: packages in Pulsar's package service.
bool is_package_url(std::string_view location);

bool is_http_url(std::string_view location);

}  // namespace functionmesh::render
