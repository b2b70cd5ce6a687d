#include "inspect/traffic.hpp"

#include "api/resource.hpp"
#include "api/topic.hpp"
#include "inspect/pulsar_of.hpp"
#include "pulsar/admin.hpp"
#include "view/flows.hpp"

namespace functionmesh::inspect {
namespace {

using base::Error;
using cluster::Key;

constexpr std::chrono::milliseconds kBetweenSamples{1'000};
constexpr std::chrono::seconds kAdminTimeout{3};
constexpr int kMetricsPort = 9094;

using Samples = std::map<Key, pulsar::Counters>;

asio::awaitable<Samples> sample(const Means& means, const std::vector<Json>& pods,
                                std::set<std::string>& gaps) {
  Samples samples;
  for (const Json& pod : pods) {
    if (base::text_at(pod, {"status", "phase"}) != "Running") {
      continue;
    }
    const Key key = cluster::key_of(pod);
    const auto text = co_await means.read_pod(key, kMetricsPort, "metrics");
    const auto counters = text ? pulsar::parse_metrics(*text)
                               : Result<pulsar::Counters>{std::unexpected(text.error())};
    if (counters) {
      samples[key] = *counters;
      continue;
    }
    gaps.insert("rates of " + key.name + ": " + counters.error().message);
    if (counters.error().code == Error::Code::forbidden) {
      break;  // nor are the others ours to read
    }
  }
  co_return samples;
}

}  // namespace

asio::awaitable<std::optional<Flow>> flow_of(const Means& means, std::vector<Json> pods,
                                             std::set<std::string>& gaps) {
  const auto began = std::chrono::steady_clock::now();
  const Samples before = co_await sample(means, pods, gaps);
  if (before.empty()) {
    co_return std::nullopt;
  }
  co_await means.pause(kBetweenSamples);
  const auto between = std::chrono::steady_clock::now() - began;
  const Samples now = co_await sample(means, pods, gaps);
  Flow flow;
  for (const auto& [pod, counters] : now) {
    flow.errors += counters.errors();
    if (const auto at = before.find(pod); at != before.end()) {
      const pulsar::Rates rates = pulsar::rates(at->second, counters, between);
      flow.rates.received += rates.received;
      flow.rates.written += rates.written;
      flow.rates.errors += rates.errors;
    }
  }
  co_return flow;
}

asio::awaitable<std::optional<std::int64_t>> backlog_of(cluster::Cluster& cluster,
                                                        const Means& means, Json object,
                                                        std::set<std::string>& gaps) {
  api::Resource resource = api::decode(object).resource;
  api::set_defaults(resource);
  const auto* component = std::get_if<api::Component>(&resource);
  if (component == nullptr || component->kind == api::Kind::source || !component->spec.pulsar) {
    co_return std::nullopt;
  }
  const auto access = co_await pulsar_of(cluster, component->metadata.namespace_,
                                         *component->spec.pulsar, means.pulsar_web);
  if (!access) {
    gaps.insert("backlogs: " + access.error().message);
    co_return std::nullopt;
  }
  pulsar::Admin admin{*access, kAdminTimeout};
  std::optional<std::int64_t> backlog;
  for (const view::Flow& flow : view::flows_of(*component)) {
    const auto topic = pulsar::Topic::parse(flow.topic);
    if (flow.role != view::Flow::Role::reads || !topic) {
      continue;
    }
    const auto stats = co_await admin.topic_stats(*topic);
    if (!stats && stats.error().code != Error::Code::not_found) {
      gaps.insert("backlogs: " + stats.error().message +
                  (means.pulsar_web.empty() ? "; if only pods reach it: `kubectl port-forward` "
                                              "to it, and --pulsar-web http://127.0.0.1:PORT"
                                            : ""));
      co_return std::nullopt;
    }
    if (!stats) {
      continue;
    }
    const auto found = stats->subscriptions.find(api::subscription_name(component->spec));
    if (found != stats->subscriptions.end()) {
      backlog = backlog.value_or(0) + found->second.backlog;
    }
  }
  co_return backlog;
}

}  // namespace functionmesh::inspect
