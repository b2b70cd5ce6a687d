#pragma once

#include "reconcile/component_plan.hpp"
#include "reconcile/mesh_plan.hpp"

/// Reading what decides about a resource. Reads only.
namespace functionmesh::reconcile {

using base::Result;

/// What we may not read is noted in the view; other failures are errors.
boost::asio::awaitable<Result<ComponentView>> gather_component(cluster::Cluster& cluster,
                                                               const Policy& policy,
                                                               Object resource,
                                                               base::TimePoint now);

boost::asio::awaitable<Result<MeshView>> gather_mesh(cluster::Cluster& cluster, Object mesh,
                                                     base::TimePoint now);

}  // namespace functionmesh::reconcile
