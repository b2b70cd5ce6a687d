#pragma once

#include "render/backend_config.hpp"
#include "render/runtime.hpp"

namespace functionmesh::render {

/// The container that the instance runs in, without the BackendConfigs' environment.
api::JsonObject main_container(const Context& context, const BackendDefaults& backend);

/// What a container of ours may not do: nothing that takes a privilege.
api::JsonObject unprivileged();

inline constexpr int kGrpcPort = 9093;
inline constexpr int kMetricsPort = 9094;

}  // namespace functionmesh::render
