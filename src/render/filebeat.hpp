#pragma once

#include <optional>

#include "render/runtime.hpp"

namespace functionmesh::render {

/// The container that ships the instance's log files to the log topic; nullopt when none is asked
/// for.
std::optional<api::JsonObject> filebeat_container(const api::ComponentSpec& spec);

}  // namespace functionmesh::render
