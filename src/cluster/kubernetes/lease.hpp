#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace functionmesh::kubernetes {

using SteadyTime = std::chrono::steady_clock::time_point;

struct LeaseTimes {
  std::chrono::seconds duration{15};  ///< others wait so long after the last renewal they saw
  std::chrono::milliseconds renew_deadline{10'000};  ///< without a renewal we stop by ourselves
  std::chrono::milliseconds renew_every{4'000};
  std::chrono::milliseconds look_every{2'000};   ///< while another leads
  std::chrono::milliseconds retry_every{1'000};  ///< when a renewal failed
};

/// Decides who leads by a coordination.k8s.io/v1 Lease, as client-go's leader election does: they
/// can follow each other. Only data, no I/O.
///
/// The times in a Lease are other machines' clocks, so they are only compared with what was there
/// before: a Lease counts as held until it did not change for its duration, measured here by a
/// clock that nobody sets. While we lead, we stop at renew_deadline after the begin of our last
/// successful renewal, which is before anybody else may take over.
class LeaseElection {
 public:
  enum class Step {
    wait,     ///< another leads: look again later
    acquire,  ///< write taken() and see whether it is accepted
    renew,    ///< write taken() to stay the leader
    resign,   ///< we led and must not any more
  };

  LeaseElection(std::string identity, LeaseTimes times);

  /// What the API server has; nullopt: there is no Lease.
  void observe(const std::optional<base::Json>& lease, SteadyTime now);

  /// Our write was accepted; it was begun at `begun`.
  void written(const base::Json& lease, SteadyTime begun);

  Step step(SteadyTime now) const;

  /// When step() should be looked at again if nothing else happens.
  SteadyTime next(SteadyTime now) const;

  bool leading() const { return leading_; }

  /// Until when we may act as leader.
  SteadyTime leads_until() const { return renewed_at_ + times_.renew_deadline; }

  /// We do not lead any more, whatever the Lease says.
  void resign() { leading_ = false; }

  /// The Lease as it is to be written to acquire or renew it, and to give it back. With the
  /// resourceVersion of what was observed, so that of two that write one fails; without one it is
  /// to be created.
  base::Json taken(base::TimePoint wall_clock) const;
  base::Json released(base::TimePoint wall_clock) const;

  /// Who holds it as far as we know; empty: nobody.
  std::string holder() const;

  const std::string& identity() const { return identity_; }

 private:
  std::chrono::milliseconds held_for() const;

  std::string identity_;
  LeaseTimes times_;
  std::optional<base::Json> lease_;
  SteadyTime observed_at_{};  ///< when its present content was first seen
  SteadyTime renewed_at_{};
  bool leading_ = false;
};

}  // namespace functionmesh::kubernetes
