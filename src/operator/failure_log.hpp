#pragma once

#include "base/clock.hpp"
#include "reconcile/manager.hpp"

namespace functionmesh::process {

/// Logs reconciles that failed: the first ones of a while each, and how many more there were, so
/// that an outage with thousands of resources does not fill a disk.
class FailureLog {
 public:
  void add(const reconcile::Reconciled& end, base::TimePoint now);

  /// Tells what was left out, when the while is over; call it from time to time.
  void summarize(base::TimePoint now);

 private:
  base::TimePoint since_{};
  int logged_ = 0;
  int left_out_ = 0;
};

double milliseconds_of(const reconcile::Reconciled& end);

}  // namespace functionmesh::process
