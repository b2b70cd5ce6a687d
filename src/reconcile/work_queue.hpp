#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "cluster/cluster.hpp"

namespace functionmesh::reconcile {

using base::TimePoint;
using cluster::Key;

/// Which object is to be reconciled when. Only data: time is passed in, nothing sleeps.
///
/// A key is there once; of two times the earlier counts. A key that is taken is not given out again
/// before it is finished. A key that fails comes back later and later, up to the longest back-off;
/// a new add() brings it back at once.
class WorkQueue {
 public:
  struct Backoff {
    std::chrono::milliseconds first{100};
    std::chrono::milliseconds longest{std::chrono::minutes{2}};
  };

  WorkQueue() = default;
  explicit WorkQueue(Backoff backoff) : backoff_{backoff} {}

  void add(const Key& key, TimePoint at);

  /// The key that is due longest, if one is due; it counts as running from now on.
  std::optional<Key> take(TimePoint now);

  /// Finishes a taken key.
  void succeed(const Key& key);
  void fail(const Key& key, TimePoint now);

  /// When the next take() can give a key.
  std::optional<TimePoint> next() const;

  std::size_t running() const { return running_; }

  /// How many keys wait to be taken.
  std::size_t waiting() const { return due_.size(); }

 private:
  struct State {
    std::optional<TimePoint> due;
    bool running = false;
    int failures = 0;
  };

  void schedule(const Key& key, State& state, TimePoint at);
  void finish(const Key& key, State& state);
  std::chrono::milliseconds delay(const Key& key, int failures) const;

  Backoff backoff_;
  std::map<Key, State> states_;
  std::set<std::pair<TimePoint, Key>> due_;  ///< of the keys that are not running
  std::size_t running_ = 0;
};

}  // namespace functionmesh::reconcile
