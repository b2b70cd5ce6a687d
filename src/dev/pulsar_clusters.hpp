#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/local/memory_cluster.hpp"
#include "pulsar/standalone.hpp"

namespace functionmesh::dev {

/// Says something to whoever watches `dev`, a line at a time.
using Say = std::function<void(const std::string& line)>;

/// The Pulsar that resources find behind their `pulsarConfig`.
///
/// A ConfigMap that stands in the user's files is left alone. For every other name that a resource
/// refers to, a ConfigMap with the broker given on the command line is supplied, or, without one,
/// of a standalone Pulsar that is started then and kept up.
class PulsarClusters {
 public:
  struct Options {
    std::string broker;  ///< pulsar://host:port; empty: start a standalone
    std::string web;     ///< http://host:port; empty: the broker's host, port 8080
    std::filesystem::path runner_home;
    std::filesystem::path folder;  ///< of the standalone's data
  };

  PulsarClusters(local::MemoryCluster& cluster, Options options,
                 boost::asio::any_io_executor executor, Say say);

  /// Supplies the ConfigMaps that these objects refer to and that neither the cluster nor the
  /// objects have. Fails when a standalone is needed and cannot be started.
  boost::asio::awaitable<base::Result<void>> supply(const std::vector<base::Json>& objects);

  /// The broker that is supplied; empty as long as none is needed.
  const std::string& broker() const { return broker_; }

  boost::asio::awaitable<void> stop();

 private:
  boost::asio::awaitable<base::Result<void>> ensure_endpoints();
  boost::asio::awaitable<base::Result<void>> start_standalone();
  boost::asio::awaitable<void> keep_up();
  boost::asio::awaitable<void> pause(std::chrono::milliseconds time);

  local::MemoryCluster& cluster_;
  Options options_;
  boost::asio::any_io_executor executor_;
  Say say_;
  std::optional<pulsar::Standalone> standalone_;
  std::string broker_;
  std::string web_;
  bool starting_ = false;
  bool stopping_ = false;
};

/// The names of the ConfigMaps that a Function, Source, Sink or FunctionMesh finds its Pulsar in.
std::vector<cluster::Key> pulsar_configs_of(const base::Json& resource);

}  // namespace functionmesh::dev
