#include "dev/pulsar_clusters.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Json;
using base::JsonObject;
using cluster::Key;

constexpr auto kRestartAfter = 3s;
constexpr auto kLookAgainAfter = 100ms;

void add_configs_of_spec(std::vector<Key>& keys, const Json& spec, const std::string& namespace_) {
  for (const std::string_view part : {"pulsar", "pulsarPackageService"}) {
    const std::string_view name = base::text_at(spec, {part, "pulsarConfig"});
    const Key key{"ConfigMap", namespace_, std::string{name}};
    if (!name.empty() && std::ranges::find(keys, key) == keys.end()) {
      keys.push_back(key);
    }
  }
}

/// http://host:8080 of pulsar://host:port; https://host:8443 of pulsar+ssl://host:port.
std::string web_of(const std::string& broker) {
  const bool tls = broker.starts_with("pulsar+ssl://");
  const std::size_t host_begin = broker.find("://") + 3;
  const std::size_t host_end = std::min(broker.rfind(':'), broker.size());
  const std::string host =
      broker.substr(host_begin, host_end > host_begin ? host_end - host_begin : std::string::npos);
  return tls ? "https://" + host + ":8443" : "http://" + host + ":8080";
}

}  // namespace

std::vector<Key> pulsar_configs_of(const Json& resource) {
  std::vector<Key> keys;
  const std::string namespace_{base::text_at(resource, {"metadata", "namespace"}, "default")};
  const Json* spec = base::find(resource, {"spec"});
  if (spec == nullptr || !base::text_at(resource, {"apiVersion"}).starts_with("compute.")) {
    return keys;
  }
  add_configs_of_spec(keys, *spec, namespace_);
  for (const std::string_view part : {"functions", "sources", "sinks"}) {
    const Json* entries = base::find(*spec, {part});
    if (entries == nullptr || !entries->is_array()) {
      continue;
    }
    for (const Json& entry : entries->get_array()) {
      add_configs_of_spec(keys, entry, namespace_);
    }
  }
  return keys;
}

PulsarClusters::PulsarClusters(local::MemoryCluster& cluster, Options options,
                               asio::any_io_executor executor, Say say)
    : cluster_(cluster), options_(std::move(options)), executor_(executor), say_(std::move(say)) {}

asio::awaitable<base::Result<void>> PulsarClusters::supply(const std::vector<Json>& objects) {
  std::vector<Key> wanted;
  for (const Json& object : objects) {
    for (const Key& key : pulsar_configs_of(object)) {
      if (std::ranges::find(wanted, key) == wanted.end()) {
        wanted.push_back(key);
      }
    }
  }
  for (const Key& key : wanted) {
    const bool given = std::ranges::any_of(objects, [&key](const Json& object) {
      return base::text_at(object, {"kind"}) == "ConfigMap" &&
             base::text_at(object, {"metadata", "name"}) == key.name &&
             base::text_at(object, {"metadata", "namespace"}, "default") == key.namespace_;
    });
    if (given || co_await cluster_.get(key)) {
      continue;
    }
    if (const auto ready = co_await ensure_endpoints(); !ready) {
      co_return ready;
    }
    const auto applied = co_await cluster_.apply_as(
        "dev",
        JsonObject{{"apiVersion", "v1"},
                   {"kind", "ConfigMap"},
                   {"metadata", JsonObject{{"name", key.name}, {"namespace", key.namespace_}}},
                   {"data", JsonObject{{"brokerServiceURL", broker_}, {"webServiceURL", web_}}}});
    if (!applied) {
      co_return std::unexpected(applied.error());
    }
  }
  co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> PulsarClusters::ensure_endpoints() {
  while (starting_) {  // for another caller
    co_await pause(kLookAgainAfter);
  }
  if (!broker_.empty()) {
    co_return base::Result<void>{};
  }
  if (options_.broker.empty()) {
    co_return co_await start_standalone();
  }
  broker_ = options_.broker;
  web_ = options_.web.empty() ? web_of(options_.broker) : options_.web;
  co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> PulsarClusters::start_standalone() {
  starting_ = true;
  standalone_.emplace(
      pulsar::StandaloneOptions{.distribution = options_.runner_home, .folder = options_.folder},
      executor_);
  standalone_->on_progress(say_);
  const auto endpoints = co_await standalone_->start();
  starting_ = false;
  if (!endpoints) {
    co_return std::unexpected(endpoints.error());
  }
  broker_ = endpoints->broker;
  web_ = endpoints->web;
  say_("Pulsar is ready: " + broker_ + ", " + web_);
  asio::co_spawn(executor_, keep_up(), asio::detached);
  co_return base::Result<void>{};
}

asio::awaitable<void> PulsarClusters::keep_up() {
  while (!stopping_) {
    const std::string how = co_await standalone_->exited();
    while (!stopping_) {
      say_("Pulsar ended (" + how + "); starting it again");
      if (const auto again = co_await standalone_->start(); again) {
        say_("Pulsar is ready again: " + broker_);
        break;
      } else {
        say_("Pulsar does not start: " + again.error().message);
      }
      co_await pause(kRestartAfter);
    }
  }
}

asio::awaitable<void> PulsarClusters::pause(std::chrono::milliseconds time) {
  asio::steady_timer timer{executor_, time};
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> PulsarClusters::stop() {
  stopping_ = true;
  if (standalone_) {
    co_await standalone_->stop();
  }
}

}  // namespace functionmesh::dev
