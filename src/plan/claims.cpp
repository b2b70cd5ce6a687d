#include "plan/claims.hpp"

#include <set>

#include "api/topic.hpp"
#include "render/function_details.hpp"
#include "view/flows.hpp"

namespace functionmesh::plan {
namespace {

/// As Pulsar's statistics write it.
std::string type_of(const api::ComponentSpec& spec) {
  const std::string_view name = render::subscription_type_of(spec).name;
  return name == "FAILOVER" ? "Failover" : name == "KEY_SHARED" ? "Key_Shared" : "Shared";
}

}  // namespace

std::vector<Claim> claims_of(const api::Component& component, const std::string& cluster) {
  std::vector<Claim> claims;
  if (component.kind == api::Kind::source) {
    return claims;
  }
  const Key by{std::string{api::kind_name(component.kind)}, component.metadata.namespace_,
               component.metadata.name};
  for (const view::Flow& flow : view::flows_of(component)) {
    if (flow.role == view::Flow::Role::reads) {
      claims.push_back({by, cluster, flow.topic, api::subscription_name(component.spec),
                        type_of(component.spec)});
    }
  }
  return claims;
}

std::vector<Finding> conflicts_between(const std::vector<Claim>& ours,
                                       const std::vector<Claim>& others) {
  std::vector<Finding> findings;
  std::set<std::string> told;
  for (const Claim& our : ours) {
    for (const Claim& other : others) {
      if (other.by == our.by || other.cluster != our.cluster || other.topic != our.topic ||
          other.subscription != our.subscription) {
        continue;
      }
      // Each pair once, whichever of the two is looked at first.
      const std::string pair = std::min(cluster::to_string(our.by), cluster::to_string(other.by)) +
                               std::max(cluster::to_string(our.by), cluster::to_string(other.by)) +
                               our.topic;
      if (!told.insert(pair).second) {
        continue;
      }
      const std::string both = cluster::to_string(our.by) + " and " + cluster::to_string(other.by);
      const std::string subject = "subscription " + our.subscription + " of " + our.topic;
      if (other.type == our.type) {
        findings.push_back({Finding::Kind::warning, subject,
                            both + " share it: each gets a part of the messages; another "
                                   "subscriptionName gives each all of them"});
      } else {
        findings.push_back({Finding::Kind::problem, subject,
                            cluster::to_string(our.by) + " is " + our.type + ", " +
                                cluster::to_string(other.by) + " is " + other.type +
                                ": Pulsar refuses the second; give one another subscriptionName"});
      }
    }
  }
  return findings;
}

}  // namespace functionmesh::plan
