#pragma once

#include <deque>
#include <unordered_map>

#include "base/clock.hpp"
#include "cluster/cluster.hpp"
#include "cluster/kubernetes/client.hpp"

namespace functionmesh::kubernetes {

/// Writes Events, one at a time, in the background: a repeated one counts up, and what says too
/// much about one object is dropped. Best effort: what cannot be written is forgotten.
///
/// What is done about a thousand resources comes first, the telling after it: an event waits until
/// the client has no other request, but for kPatience at most.
class EventRecorder {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  EventRecorder(Client& client, const base::Clock& clock, std::string instance);

  /// `about` is the object as it was last seen; the event refers to that very one.
  void record(const cluster::Event& event, const base::Json& about);

  /// Writes what is recorded until stop(), which follows the client's.
  asio::awaitable<void> run();
  void stop();

  std::uint64_t dropped() const { return dropped_; }

 private:
  struct Written {
    std::string name;
    int count = 0;
    std::string first;
    std::list<std::string>::iterator used;
  };
  struct Allowance {
    double tokens = 0;
    base::TimePoint since;
  };
  struct Waiting {
    cluster::Event event;
    base::Json reference;
    base::TimePoint since;
  };

  bool allowed(const std::string& about);
  asio::awaitable<void> wait_for_quiet(base::TimePoint latest);
  asio::awaitable<void> write(const Waiting& waiting);
  base::Json body_of(const Waiting& waiting, const Written& written) const;

  Client& client_;
  const base::Clock& clock_;
  std::string instance_;
  std::deque<Waiting> waiting_;
  std::unordered_map<std::string, Written> written_;
  std::list<std::string> recently_used_;  ///< keys of written_, the latest first
  std::unordered_map<std::string, Allowance> allowances_;
  std::uint64_t dropped_ = 0;
  std::uint64_t names_ = 0;
  std::uint64_t begun_ = 0;  ///< how many requests there were when we looked last
  asio::steady_timer* idle_ = nullptr;
};

}  // namespace functionmesh::kubernetes
