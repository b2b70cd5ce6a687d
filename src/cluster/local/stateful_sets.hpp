#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "cluster/cluster.hpp"
#include "cluster/local/instance.hpp"
#include "cluster/local/surroundings.hpp"
#include "cluster/local/wakeup.hpp"
#include "cluster/local/workload.hpp"

namespace functionmesh::local {

/// Keeps for each StatefulSet as many pods as it wants, made from its template as it is now.
///
/// Pods are replaced one at a time, the highest ordinal first, each when all newer ones are ready;
/// those that are not ready are replaced at once, as they serve nothing. A changed function file,
/// ConfigMap or Secret counts like a changed template.
class StatefulSets : public std::enable_shared_from_this<StatefulSets> {
 public:
  explicit StatefulSets(std::shared_ptr<Surroundings> surroundings);

  void start();

  /// Starts nothing anymore; the pods are asked to end.
  void stop();

  void changed(cluster::Change change, const cluster::Object& stateful_set);

  /// A ConfigMap or Secret has changed, came or went.
  void config_changed(const cluster::Object& config);

  /// Calls `visit` for each pod there is.
  void for_each(const std::function<void(Instance&)>& visit);

 private:
  /// One pod, and from which StatefulSet and template it was made.
  struct Member {
    std::shared_ptr<Instance> instance;
    std::string owner_uid;
    std::string revision;
  };
  struct Set {
    std::shared_ptr<Workload> workload;
    std::map<int, Member> members;  ///< by ordinal
    std::string current_revision;
    std::string inputs;  ///< as of the last reconcile
    bool gone = false;
    bool told_sidecars = false;
  };

  boost::asio::awaitable<void> work();
  boost::asio::awaitable<void> look_at_files();
  boost::asio::awaitable<void> reconcile(const cluster::Key& key);
  boost::asio::awaitable<void> scale(const cluster::Key& key, Set& set);
  boost::asio::awaitable<void> roll(Set& set);
  boost::asio::awaitable<void> write_status(Set& set);
  boost::asio::awaitable<void> remove(Member& member);
  Member make_member(const cluster::Key& key, const Set& set, int ordinal);
  void mark(const cluster::Key& key);
  void tell_sidecars(const cluster::Key& key, Set& set);

  std::shared_ptr<Surroundings> surroundings_;
  std::map<cluster::Key, Set> sets_;
  std::set<cluster::Key> marked_;
  Wakeup work_;
  Wakeup tick_;
  bool stopping_ = false;
};

}  // namespace functionmesh::local
