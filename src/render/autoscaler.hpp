#pragma once

#include <optional>

#include "render/runtime.hpp"

namespace functionmesh::render {

/// The HorizontalPodAutoscaler, when maxReplicas is set. It scales the resource itself, whose
/// replicas the workload follows.
std::optional<api::Json> autoscaler(const Context& context);

/// The VerticalPodAutoscaler, when pod.vpa is set.
std::optional<api::Json> vertical_autoscaler(const Context& context);

}  // namespace functionmesh::render
