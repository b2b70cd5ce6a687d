#pragma once

#include "reconcile/component_controller.hpp"
#include "reconcile/mesh_plan.hpp"

namespace functionmesh::reconcile {

/// Makes the children of a FunctionMesh what its entries say, and its status say how they are.
class MeshController {
 public:
  MeshController(cluster::Cluster& cluster, const base::Clock& clock, const Policy& policy)
      : cluster_{cluster}, clock_{clock}, policy_{policy} {}

  /// An error means that it has to be tried again.
  boost::asio::awaitable<Result<Again>> reconcile(Key key, MayWait status_may_wait);

 private:
  boost::asio::awaitable<std::optional<base::Error>> carry_out_all(const MeshPlan& plan,
                                                                   MeshView& view);
  boost::asio::awaitable<Result<void>> write_status(const MeshPlan& plan, const MeshView& view,
                                                    const std::optional<base::Error>& failure);

  cluster::Cluster& cluster_;
  const base::Clock& clock_;
  const Policy& policy_;
};

}  // namespace functionmesh::reconcile
