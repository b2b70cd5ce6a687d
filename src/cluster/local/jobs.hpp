#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>

#include "cluster/cluster.hpp"
#include "cluster/local/instance.hpp"
#include "cluster/local/surroundings.hpp"

namespace functionmesh::local {

/// Runs each Job's pod until it has exited with 0, failed more than spec.backoffLimit times or
/// taken longer than spec.activeDeadlineSeconds, says so in the Job's status, and removes the Job
/// ttlSecondsAfterFinished later. A failed process is started again in the same pod.
class Jobs : public std::enable_shared_from_this<Jobs> {
 public:
  explicit Jobs(std::shared_ptr<Surroundings> surroundings);

  /// Starts nothing anymore; the pods are asked to end.
  void stop();

  void changed(cluster::Change change, const cluster::Object& job);

  /// Calls `visit` for each pod there is.
  void for_each(const std::function<void(Instance&)>& visit);

 private:
  struct Run;
  boost::asio::awaitable<void> follow(std::shared_ptr<Run> run);
  boost::asio::awaitable<void> wait_for_end(Run& run);
  boost::asio::awaitable<void> write_status(const Run& run);
  boost::asio::awaitable<void> remove_later(const Run& run);

  std::shared_ptr<Surroundings> surroundings_;
  std::map<std::string, std::shared_ptr<Run>> runs_;  ///< by the Job's uid
  bool stopping_ = false;
};

}  // namespace functionmesh::local
