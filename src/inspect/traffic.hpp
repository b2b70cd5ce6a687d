#pragma once

#include <chrono>
#include <functional>
#include <set>

#include "api/types.hpp"
#include "cluster/cluster.hpp"
#include "pulsar/instance_metrics.hpp"

namespace functionmesh::inspect {

namespace asio = boost::asio;
using base::Json;
using base::Result;

/// How to find out what goes through components.
struct Means {
  /// The text that this port of a pod gives for this path.
  std::function<asio::awaitable<Result<std::string>>(cluster::Key pod, int port, std::string path)>
      read_pod;
  std::function<asio::awaitable<void>(std::chrono::milliseconds)> pause;
  std::string pulsar_web;  ///< instead of what ConfigMaps name; empty: those
};

/// What went through the instances of one component.
struct Flow {
  pulsar::Rates rates;
  std::int64_t errors = 0;  ///< since they started
};

/// Reads the metrics of these pods twice, a second apart. What could not be read is told in `gaps`;
/// nullopt when nothing could.
asio::awaitable<std::optional<Flow>> flow_of(const Means& means, std::vector<Json> pods,
                                             std::set<std::string>& gaps);

/// How many messages wait in the subscriptions of a component; nullopt when it has none, or when
/// they cannot be asked for: `gaps` says why, and what to do.
asio::awaitable<std::optional<std::int64_t>> backlog_of(cluster::Cluster& cluster,
                                                        const Means& means, Json component,
                                                        std::set<std::string>& gaps);

}  // namespace functionmesh::inspect
