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

/// How many keys are worked on at a time, if nothing else is said: enough that an API server with
/// two cores is never waited for.
inline constexpr std::size_t kReconcilesAtOnce = 24;

/// What a key is to be reconciled for.
enum class Urgency {
  change,  ///< what is wanted changed, or what was made is gone: there may be work
  news,    ///< something happened to what was made: mostly a status to be written
};

/// Which object is to be reconciled when. Only data: time is passed in, nothing sleeps.
///
/// A key is there once; of two times the earlier counts, and of two urgencies the change. News wait
/// for a lull: no change is due or running, nor was one taken a moment ago. The longer it lasts,
/// the more run at a time, but never so many that a change finds no room; and one runs among
/// changes, when their patience ends. A key that is taken is not given out again before it is
/// finished. A key that fails comes back later and later, up to the longest back-off; a new add()
/// brings it back at once.
class WorkQueue {
 public:
  struct Backoff {
    std::chrono::milliseconds first{100};
    std::chrono::milliseconds longest{std::chrono::minutes{2}};
  };

  struct Taken {
    Key key;
    Urgency urgency = Urgency::change;

    bool operator==(const Taken&) const = default;
  };

  /// After the last change was taken, news wait this long for the next one, and after a rush a
  /// tenth of the time that it lasted, up to a second; then they start one by one, with this
  /// between them.
  static constexpr std::chrono::milliseconds kLull{25};

  /// Changes that follow each other within this time are a rush.
  static constexpr std::chrono::milliseconds kRush{100};

  /// How long news wait for a lull at most.
  static constexpr std::chrono::milliseconds kPatience{10'000};

  static constexpr std::size_t kNewsAtOnce = 16;

  WorkQueue() = default;
  explicit WorkQueue(Backoff backoff) : backoff_{backoff} {}

  void add(const Key& key, TimePoint at, Urgency urgency);

  /// The key that is due longest, if one is due; it counts as running from now on.
  std::optional<Taken> take(TimePoint now);

  /// Finishes a taken key.
  void succeed(const Key& key);
  void fail(const Key& key, TimePoint now);

  /// When the next take() can give a key, if nothing changes before.
  std::optional<TimePoint> next() const;

  /// Whether changes come thick and fast: one is due, several run, or two were taken in a lull.
  bool crowded(TimePoint now) const;

  std::size_t running() const { return running_; }

  /// How many keys wait to be taken.
  std::size_t waiting() const { return changes_.size() + news_.size(); }

 private:
  using Due = std::set<std::pair<TimePoint, Key>>;

  struct State {
    std::optional<TimePoint> due;
    Urgency urgency = Urgency::news;  ///< of what is due
    std::optional<Urgency> running{};
    int failures = 0;
  };

  TimePoint next_news() const;  ///< when one more may run, if there is no change
  std::size_t running_news() const { return running_ - running_changes_; }
  Due& due(Urgency urgency) { return urgency == Urgency::change ? changes_ : news_; }
  void finish(const Key& key, State& state);
  std::chrono::milliseconds delay(const Key& key, int failures) const;

  Backoff backoff_;
  std::map<Key, State> states_;
  Due changes_;  ///< of the keys that are not running
  Due news_;     ///< so, too
  std::size_t running_ = 0;
  std::size_t running_changes_ = 0;
  TimePoint last_change_{};    ///< when a change was taken
  TimePoint change_before_{};  ///< so, the one before it
  TimePoint rush_began_{};     ///< of the rush that the last change belongs to
};

}  // namespace functionmesh::reconcile
