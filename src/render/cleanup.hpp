#pragma once

#include <optional>

#include "render/backend_config.hpp"
#include "render/runtime.hpp"

namespace functionmesh::render {

/// The Job that removes what a deleted component leaves behind in Pulsar; nullopt when nothing is
/// to be cleaned. It does its work when it is created and ends.
std::optional<api::Json> cleanup_job(const Context& context, const BackendDefaults& backend);

}  // namespace functionmesh::render
