#pragma once

#include "render/backend_config.hpp"
#include "render/runtime.hpp"

namespace functionmesh::render {

/// The template of the component's pods: metadata and spec.
api::JsonObject pod_template(const Context& context, const BackendDefaults& backend);

/// Who a pod runs as and where: what the workload's pods and the clean-up's have in common. No
/// containers, volumes or affinity yet.
api::JsonObject pod_basics(const Context& context, const BackendDefaults& backend);

/// The resource's affinity, or else the BackendConfigs'.
std::optional<api::JsonObject> affinity_of(const Context& context, const BackendDefaults& backend);

}  // namespace functionmesh::render
