#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "base/clock.hpp"
#include "cluster/cluster.hpp"
#include "cluster/local/fetcher.hpp"
#include "cluster/local/pods_options.hpp"

namespace functionmesh::local {

/// This machine's StatefulSet controller, Job controller and kubelet in one.
///
/// Runs the pods of all StatefulSets and Jobs in a Cluster as local processes and keeps Pod objects
/// and the status of StatefulSets and Jobs there. Of a pod the container pulsar-function,
/// pulsar-source or pulsar-sink (else the first) is run; others are not.
///
/// A Pod carries the annotations functionmesh.io/grpc-port, metrics-port, pid and log-file. Nothing
/// that was started outlives the program, however it ends.
///
/// All on one event loop. The cluster, clock and fetcher outlive it; stop() it before the loop
/// ends.
class Pods {
 public:
  Pods(cluster::Cluster& cluster, const base::Clock& clock, Fetcher& fetcher, PodsOptions options,
       boost::asio::any_io_executor executor);
  ~Pods();

  /// Begins to watch the cluster. Once.
  void start();

  /// Ends all processes, SIGTERM first, and returns when none is left. Nothing is started anymore.
  boost::asio::awaitable<void> stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace functionmesh::local
