#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <string>

#include "cluster/local/broker.hpp"
#include "cluster/local/pod_folder.hpp"
#include "cluster/local/process.hpp"
#include "cluster/local/status.hpp"

namespace functionmesh::local {

class Workload;
struct Surroundings;

/// The ports of one instance.
struct InstancePorts {
  int grpc = 0;
  int metrics = 0;
};

/// A pod that can be started.
struct StartUp {
  Command command;
  std::string broker_url;  ///< what the instance connects to; empty when it is not told
};

/// Makes ready what a pod's process needs: variables, folder, mounts, the function's file, the
/// script as it runs here. `pod` has metadata and spec. `workload` is a copy, because the one it is
/// of may change while a package is fetched. The error is what the pod's container waits for.
boost::asio::awaitable<std::expected<StartUp, Waiting>> start_up(Surroundings& surroundings,
                                                                 Workload workload,
                                                                 const base::Json& pod,
                                                                 PodFolder& folder,
                                                                 InstancePorts ports);

}  // namespace functionmesh::local
