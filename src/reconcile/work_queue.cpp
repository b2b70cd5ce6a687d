#include "reconcile/work_queue.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace functionmesh::reconcile {

using std::chrono::milliseconds;

void WorkQueue::add(const Key& key, TimePoint at, Urgency urgency) {
  State& state = states_[key];
  if (state.due && !state.running) {
    due(state.urgency).erase({*state.due, key});
  }
  if (urgency == Urgency::change || !state.due) {
    state.urgency = urgency;
  }
  state.due = state.due ? std::min(*state.due, at) : at;
  if (!state.running) {
    due(state.urgency).emplace(*state.due, key);
  }
}

std::optional<WorkQueue::Taken> WorkQueue::take(TimePoint now) {
  const auto is_due = [now](const Due& waiting, milliseconds patience) {
    return !waiting.empty() && waiting.begin()->first + patience <= now;
  };
  const bool change = is_due(changes_, {});
  const bool lull = !change && running_changes_ == 0 && next_news() <= now;
  const bool news = running_news() < (lull ? kNewsAtOnce : 1) &&
                    is_due(news_, lull ? milliseconds{0} : kPatience);
  if (!change && !news) {
    return std::nullopt;
  }
  const Urgency urgency = news ? Urgency::news : Urgency::change;
  Due& from = due(urgency);
  const Key key = from.begin()->second;
  from.erase(from.begin());
  State& state = states_.at(key);
  state.due.reset();
  state.running = urgency;
  ++running_;
  if (urgency == Urgency::change) {
    ++running_changes_;
    if (now > last_change_ + kRush) {
      rush_began_ = now;
    }
    change_before_ = std::exchange(last_change_, now);
  }
  return Taken{key, urgency};
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
  if (!state.due) {
    state.urgency = Urgency::news;
  }
  if (*state.running == Urgency::change) {
    state.urgency = Urgency::change;
  }
  state.due = state.due ? std::min(*state.due, again) : again;
  finish(key, state);
}

void WorkQueue::finish(const Key& key, State& state) {
  running_changes_ -= *state.running == Urgency::change ? 1 : 0;
  --running_;
  state.running.reset();
  if (state.due) {
    due(state.urgency).emplace(*state.due, key);
  } else {
    states_.erase(key);
  }
}

std::optional<TimePoint> WorkQueue::next() const {
  std::optional<TimePoint> next;
  if (!changes_.empty()) {
    next = changes_.begin()->first;
  }
  if (news_.empty() || running_news() >= kNewsAtOnce) {
    return next;
  }
  const TimePoint due = news_.begin()->first;
  if (running_changes_ == 0) {
    const TimePoint lull = std::max(due, next_news());
    next = next ? std::min(*next, lull) : lull;
  }
  if (running_news() == 0) {
    next = next ? std::min(*next, due + kPatience) : due + kPatience;
  }
  return next;
}

TimePoint WorkQueue::next_news() const {
  const auto lull = std::clamp<TimePoint::duration>((last_change_ - rush_began_) / 10, kLull,
                                                    std::chrono::seconds{1});
  return last_change_ + lull + kLull * static_cast<int>(running_news());
}

bool WorkQueue::crowded(TimePoint now) const {
  return running_changes_ > 1 || now < change_before_ + kLull ||
         (!changes_.empty() && changes_.begin()->first <= now);
}

/// Doubles with each failure; a part that depends on the key keeps many from returning together.
milliseconds WorkQueue::delay(const Key& key, int failures) const {
  milliseconds delay = backoff_.first;
  for (int i = 1; i < failures && delay < backoff_.longest; ++i) {
    delay *= 2;
  }
  const std::size_t spread = std::hash<std::string>{}(cluster::to_string(key)) % 21;
  delay += delay * static_cast<int>(spread) / 100;
  return std::min(delay, backoff_.longest);
}

}  // namespace functionmesh::reconcile
