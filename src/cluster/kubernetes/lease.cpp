#include "cluster/kubernetes/lease.hpp"

#include <algorithm>

namespace functionmesh::kubernetes {
namespace {

using base::Json;
using base::JsonObject;
using std::chrono::milliseconds;

Json spec_of(const std::optional<Json>& lease) {
  const Json* spec = lease ? base::find(*lease, {"spec"}) : nullptr;
  return spec == nullptr || !spec->is_object() ? Json(JsonObject{}) : *spec;
}

/// A copy to be changed, whatever was there.
JsonObject to_write(const std::optional<Json>& lease) {
  JsonObject copy = lease && lease->is_object() ? lease->get_object() : JsonObject{};
  if (Json* metadata = copy.if_contains("metadata"); metadata != nullptr && metadata->is_object()) {
    metadata->get_object().stable_erase("managedFields");
  }
  copy["apiVersion"] = "coordination.k8s.io/v1";
  copy["kind"] = "Lease";
  copy["spec"] = spec_of(lease);
  return copy;
}

}  // namespace

LeaseElection::LeaseElection(std::string identity, LeaseTimes times)
    : identity_{std::move(identity)}, times_{times} {}

void LeaseElection::observe(const std::optional<Json>& lease, SteadyTime now) {
  const bool same = lease.has_value() == lease_.has_value() &&
                    base::equal(spec_of(lease), spec_of(lease_)) && observed_at_ != SteadyTime{};
  if (!same) {
    observed_at_ = now;
  }
  lease_ = lease;
  if (leading_ && lease && holder() != identity_) {
    // Somebody took it, though it was not free: it is theirs.
    renewed_at_ = now - times_.renew_deadline;
  }
}

void LeaseElection::written(const Json& lease, SteadyTime begun) {
  observe(lease, begun);
  leading_ = true;
  renewed_at_ = begun;
}

std::string LeaseElection::holder() const {
  return std::string{lease_ ? base::text_at(*lease_, {"spec", "holderIdentity"}) : ""};
}

milliseconds LeaseElection::held_for() const {
  const auto seconds =
      base::number_at(*lease_, {"spec", "leaseDurationSeconds"}, times_.duration.count());
  return std::chrono::seconds{std::clamp<std::int64_t>(seconds, 1, 3600)};
}

LeaseElection::Step LeaseElection::step(SteadyTime now) const {
  if (leading_) {
    return now >= leads_until() ? Step::resign : Step::renew;
  }
  const std::string who = holder();
  const bool free = who.empty() || who == identity_ || now >= observed_at_ + held_for();
  return free ? Step::acquire : Step::wait;
}

SteadyTime LeaseElection::next(SteadyTime now) const {
  if (leading_) {
    const SteadyTime planned = renewed_at_ + times_.renew_every;
    const SteadyTime then = planned > now ? planned : now + times_.retry_every;  // it failed
    return std::min(then, leads_until());
  }
  if (step(now) == Step::acquire) {
    return now + times_.retry_every;
  }
  return std::min(now + times_.look_every, observed_at_ + held_for());
}

Json LeaseElection::taken(base::TimePoint wall_clock) const {
  const std::string now = base::rfc3339_micros(wall_clock);
  const std::int64_t transitions =
      lease_ ? base::number_at(*lease_, {"spec", "leaseTransitions"}) : 0;
  JsonObject lease = to_write(lease_);
  JsonObject& spec = lease["spec"].get_object();
  if (holder() != identity_ || !spec.contains("acquireTime")) {
    spec["acquireTime"] = now;
    spec["leaseTransitions"] = transitions + (lease_ ? 1 : 0);
  }
  spec["holderIdentity"] = identity_;
  spec["leaseDurationSeconds"] = times_.duration.count();
  spec["renewTime"] = now;
  return lease;
}

Json LeaseElection::released(base::TimePoint wall_clock) const {
  JsonObject lease = to_write(lease_);
  JsonObject& spec = lease["spec"].get_object();
  spec["holderIdentity"] = "";
  spec["leaseDurationSeconds"] = 1;
  spec["renewTime"] = base::rfc3339_micros(wall_clock);
  return lease;
}

}  // namespace functionmesh::kubernetes
