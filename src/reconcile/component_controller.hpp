#pragma once

#include <chrono>
#include <functional>

#include "reconcile/component_plan.hpp"

namespace functionmesh::reconcile {

using base::Result;

/// When to look at a resource again although nothing changes; nullopt: no need.
using Again = std::optional<std::chrono::milliseconds>;

/// Asked after objects were changed: whether the status may wait for a reconcile of its own,
/// because the objects of others have to be changed now.
using MayWait = std::function<bool()>;

/// Makes the objects of a Function, Source or Sink what its spec says, and its status say how it
/// is: gathers, lets plan_component() decide, carries out, writes the status if it changed.
class ComponentController {
 public:
  ComponentController(cluster::Cluster& cluster, const base::Clock& clock, const Policy& policy)
      : cluster_{cluster}, clock_{clock}, policy_{policy} {}

  /// An error means that it has to be tried again.
  boost::asio::awaitable<Result<Again>> reconcile(Key key, MayWait status_may_wait);

 private:
  boost::asio::awaitable<std::optional<base::Error>> carry_out_all(const ComponentPlan& plan,
                                                                   ComponentView& view);
  boost::asio::awaitable<Result<void>> write_status(const ComponentPlan& plan,
                                                    const ComponentView& view,
                                                    const std::optional<base::Error>& failure);

  cluster::Cluster& cluster_;
  const base::Clock& clock_;
  const Policy& policy_;
};

}  // namespace functionmesh::reconcile
