#include "reconcile/work_queue.hpp"

#include <algorithm>
#include <functional>

namespace functionmesh::reconcile {

void WorkQueue::add(const Key& key, TimePoint at) {
  schedule(key, states_[key], at);
}

void WorkQueue::schedule(const Key& key, State& state, TimePoint at) {
  if (state.due && *state.due <= at) {
    return;
  }
  if (!state.running) {
    if (state.due) {
      due_.erase({*state.due, key});
    }
    due_.emplace(at, key);
  }
  state.due = at;
}

std::optional<Key> WorkQueue::take(TimePoint now) {
  if (due_.empty() || due_.begin()->first > now) {
    return std::nullopt;
  }
  Key key = due_.begin()->second;
  due_.erase(due_.begin());
  State& state = states_.at(key);
  state.due.reset();
  state.running = true;
  ++running_;
  return key;
}

void WorkQueue::succeed(const Key& key) {
  State& state = states_.at(key);
  state.failures = 0;
  finish(key, state);
}

void WorkQueue::fail(const Key& key, TimePoint now) {
  State& state = states_.at(key);
  ++state.failures;
  const TimePoint again = now + delay(key, state.failures);
  if (!state.due || *state.due > again) {
    state.due = again;
  }
  finish(key, state);
}

void WorkQueue::finish(const Key& key, State& state) {
  state.running = false;
  --running_;
  if (state.due) {
    due_.emplace(*state.due, key);
  } else {
    states_.erase(key);
  }
}

std::optional<TimePoint> WorkQueue::next() const {
  if (due_.empty()) {
    return std::nullopt;
  }
  return due_.begin()->first;
}

/// Doubles with each failure; a part that depends on the key keeps many from returning together.
std::chrono::milliseconds WorkQueue::delay(const Key& key, int failures) const {
  std::chrono::milliseconds delay = backoff_.first;
  for (int i = 1; i < failures && delay < backoff_.longest; ++i) {
    delay *= 2;
  }
  const std::size_t spread = std::hash<std::string>{}(cluster::to_string(key)) % 21;
  delay += delay * static_cast<int>(spread) / 100;
  return std::min(delay, backoff_.longest);
}

}  // namespace functionmesh::reconcile
