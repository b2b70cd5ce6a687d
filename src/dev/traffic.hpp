#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http.hpp"
#include "cluster/local/memory_cluster.hpp"
#include "pulsar/instance_metrics.hpp"

namespace functionmesh::dev {

/// What went through a component: totals since `dev` started (restarts of instances do not reset
/// them), rates over the last two samples.
struct Flow {
  double rate_in = 0;   ///< messages a second
  double rate_out = 0;  ///< messages a second
  std::int64_t received = 0;
  std::int64_t sent = 0;
  std::int64_t errors = 0;
  std::optional<std::int64_t> backlog;  ///< waiting in its subscriptions; nullopt: not known

  bool operator==(const Flow&) const = default;
};

/// Reads the metrics of every running instance, and the backlog of its component's subscriptions
/// from Pulsar's admin API.
class Traffic {
 public:
  Traffic(local::MemoryCluster& cluster, const base::Clock& clock)
      : cluster_(cluster), clock_(clock) {}

  /// One round over all instances. An instance that does not answer keeps its last counters.
  boost::asio::awaitable<void> sample();

  /// One round over the subscriptions of all components.
  boost::asio::awaitable<void> sample_backlog();

  Flow of(const cluster::Key& component) const;

 private:
  struct Instance {
    cluster::Key component;
    pulsar::Counters counters;
    pulsar::Rates rates;
    base::TimePoint time{};
  };

  void count(const std::string& pod, const cluster::Key& component,
             const pulsar::Counters& counters);
  boost::asio::awaitable<std::optional<std::int64_t>> backlog_of(const base::Json& component);

  local::MemoryCluster& cluster_;
  const base::Clock& clock_;
  base::HttpClient http_;
  std::map<std::string, Instance> instances_;  ///< by pod
  std::map<cluster::Key, Flow> flows_;
};

}  // namespace functionmesh::dev
