#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "cluster/cluster.hpp"
#include "cluster/kubernetes/event_recorder.hpp"
#include "cluster/kubernetes/informer.hpp"

namespace functionmesh::kubernetes {

/// One kind that is watched.
struct Watched {
  std::string kind;
  bool optional = false;  ///< its API may not be there, or not be ours to read
  Interest interest{};
};

struct ClusterOptions {
  std::string namespace_;  ///< the only one; empty: all
  std::vector<Watched> kinds;
  std::string instance;  ///< who says so in Events: the pod's or the machine's name
};

/// How the cache of a kind is.
struct KindState {
  std::string kind;
  bool usable = false;
  bool absent = false;    ///< an optional kind whose API is not there
  bool denied = false;    ///< we have no right to read it
  std::string problem{};  ///< why it cannot be read now
  std::size_t objects = 0;
  std::uint64_t watch_restarts = 0;
};

/// A Cluster that is a Kubernetes API server.
///
/// The kinds of the options are kept up to date by watches: get() and list() answer from memory,
/// our own writes included. Reading any other kind, or one that is not usable now, fails with
/// `unavailable` or `forbidden` and says why. Reads are given to listeners as they come.
///
/// Runs on the executor's one thread. stop() has to be complete before it goes.
class KubernetesCluster final : public cluster::Cluster {
 public:
  KubernetesCluster(asio::any_io_executor executor, Access access, const base::Clock& clock,
                    ClusterOptions options);
  ~KubernetesCluster() override;

  /// Begins to fill the caches.
  void start();

  /// Ends all requests and watches, and waits until they ended.
  asio::awaitable<void> stop();

  /// Whether every kind is usable.
  bool filled() const;
  std::vector<KindState> states() const;

  /// Nothing is written after this moment, nor tried again: so long a leader may act. A moment in
  /// the past is for a standby; at first it is never.
  void allow_writes_until(std::chrono::steady_clock::time_point moment) {
    writable_until_ = moment;
  }

  asio::awaitable<Result<Object>> get(Key key) override;
  asio::awaitable<Result<std::vector<Object>>> list(cluster::Selector selector) override;
  asio::awaitable<Result<Object>> apply(Json object) override;
  asio::awaitable<Result<void>> take_over(Key key) override;
  asio::awaitable<Result<Object>> patch(Key key, Json merge_patch) override;
  asio::awaitable<Result<Object>> write_status(Key key, Json status,
                                               std::string resource_version) override;
  asio::awaitable<Result<void>> remove(Key key, std::string uid = {}) override;
  void record(cluster::Event event) override;
  void watch(std::string kind, cluster::Listener listener) override;

  /// Lets go of all listeners: for controllers that come and go with the leadership.
  void forget_listeners() { listeners_.clear(); }

  Client& client() { return client_; }

 private:
  Informer* informer(std::string_view kind) const;
  Result<const KindCache*> cache_of(std::string_view kind) const;
  std::chrono::milliseconds time_to_write() const;
  asio::awaitable<Result<Object>> write(std::string what, std::string kind, Request request);
  void notify(std::string_view kind, cluster::Change change, const Object& object);
  void run(asio::awaitable<void> work);

  asio::any_io_executor executor_;
  const base::Clock& clock_;
  Client client_;
  std::vector<std::unique_ptr<Informer>> informers_;
  EventRecorder events_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<cluster::Listener>>> listeners_;
  std::chrono::steady_clock::time_point writable_until_ =
      std::chrono::steady_clock::time_point::max();
  int running_ = 0;
  asio::steady_timer ended_;  ///< never ends; cancelled when nothing runs any more
  std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< ends with the cluster
};

}  // namespace functionmesh::kubernetes
