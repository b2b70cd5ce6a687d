#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <set>
#include <unordered_map>

#include "base/clock.hpp"
#include "cluster/cluster.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
using base::Json;
using base::Result;
using cluster::Key;
using cluster::Object;

/// An event as users see it: what was said about an object, how often and when last.
struct RecordedEvent {
  std::string type;  ///< "Normal" or "Warning"
  std::string reason;
  std::string message;
  int count = 1;
  base::TimePoint last;
};

using EventListener = std::function<void(const Key& about, const RecordedEvent&)>;

/// A small Kubernetes API server in memory.
///
/// Behaves like one in what controllers rely on: uid, resourceVersion, generation (which counts
/// changes of anything but metadata and status), status apart from spec, conflicts, finalizers,
/// owner references (an object goes when none of its owners is left), server-side apply (see
/// memory_fields.hpp; lists are taken as a whole). It knows no schemas and adds no defaults, except
/// the namespace "default". Pods have no grace period: who needs one gives them a finalizer.
///
/// Its coroutines complete without suspending. Listeners are called from the executor, never from
/// inside a call, in the order of the changes; none is called once the cluster is gone.
class MemoryCluster final : public cluster::Cluster {
 public:
  MemoryCluster(asio::any_io_executor executor, const base::Clock& clock);
  ~MemoryCluster() override;

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

  /// apply() by somebody else, such as "user" for what stands in a user's files.
  asio::awaitable<Result<Object>> apply_as(std::string manager, Json object);

  /// Puts an object there just as it was in another cluster, with its uid, generation and status.
  /// Who applied which of its fields is taken from its managedFields, and not shown any more. One
  /// that is there already is replaced.
  Object load(Json object);

  /// The last 100 different events about an object, the latest last; gone with the object.
  std::vector<RecordedEvent> events_about(const Key& key) const;

  /// Calls `listener` for each event from now on, repeated ones too.
  void watch_events(EventListener listener);

  /// How many writes changed something: what an API server would have stored.
  std::int64_t writes() const { return version_; }

 private:
  struct Entry {
    Object object;
    std::map<std::string, Json> fields;  ///< manager -> the field set it applied
    std::vector<RecordedEvent> events;
  };
  using Entries = std::map<Key, Entry>;

  Result<Object> apply_now(const std::string& manager, Json object);
  Result<Object> create(const std::string& manager, Key key, Json object);
  Result<Object> patch_now(Key key, Json merge_patch);
  Result<Object> write_status_now(const Key& key, Json status, const std::string& version);
  Result<void> remove_now(Key key, const std::string& uid);
  Object store(Entries::iterator at, Json changed);
  void begin_deletion(Entries::iterator at);
  void drop(Entries::iterator at);
  void index_owners(const Key& key, const Json* before, const Json* now);
  bool has_living_owner(const Json& object) const;
  void collect_orphans(const std::string& owner_uid);
  void stamp(Json& object);
  void notify(cluster::Change change, const Object& object);
  void post(std::function<void()> call);

  asio::any_io_executor executor_;
  const base::Clock& clock_;
  Entries entries_;
  std::unordered_map<std::string, Key> by_uid_;
  std::unordered_map<std::string, std::set<Key>> dependants_;  ///< owner's uid -> objects
  std::map<std::string, std::vector<std::shared_ptr<cluster::Listener>>> listeners_;
  std::vector<std::shared_ptr<EventListener>> event_listeners_;
  std::int64_t version_ = 0;
  std::int64_t created_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< ends with the cluster
};

}  // namespace functionmesh::local
