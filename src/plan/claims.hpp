#pragma once

#include <string>
#include <vector>

#include "cluster/cluster.hpp"
#include "plan/plan.hpp"

namespace functionmesh::plan {

/// A component that reads a topic by a subscription.
struct Claim {
  Key by;
  std::string cluster;  ///< which Pulsar
  std::string topic;    ///< its full name
  std::string subscription;
  std::string type;  ///< "Shared", "Key_Shared", "Failover"
};

/// Of a component with its defaults.
std::vector<Claim> claims_of(const api::Component& component, const std::string& cluster);

/// What `ours` cannot have besides `others`, who may be among them: Pulsar refuses a second type of
/// one subscription, and two of the same type each get a part of the messages. Pure.
std::vector<Finding> conflicts_between(const std::vector<Claim>& ours,
                                       const std::vector<Claim>& others);

}  // namespace functionmesh::plan
