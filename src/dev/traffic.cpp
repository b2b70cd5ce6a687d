#include "dev/traffic.hpp"

#include <charconv>
#include <chrono>
#include <set>

#include "api/resource.hpp"
#include "api/topic.hpp"
#include "pulsar/admin.hpp"
#include "view/human.hpp"

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Json;
using cluster::Key;
using cluster::Object;

constexpr auto kMetricsTimeout = 2s;
constexpr auto kAdminTimeout = 3s;
constexpr auto kSettling = 3s;

int metrics_port_of(const Json& pod) {
  const std::string_view text =
      base::text_at(pod, {"metadata", "annotations", "functionmesh.io/metrics-port"});
  int port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

/// Whether an instance has settled: asking a JVM for metrics while it starts costs it a fifth of
/// the time to its first message.
bool has_settled(const Json& pod, base::TimePoint now) {
  const Json* conditions = base::find(pod, {"status", "conditions"});
  if (conditions == nullptr || !conditions->is_array()) {
    return false;
  }
  for (const Json& condition : conditions->get_array()) {
    if (base::text_at(condition, {"type"}) == "Ready") {
      const auto since = view::time_of(base::text_at(condition, {"lastTransitionTime"}));
      return base::text_at(condition, {"status"}) == "True" && since && now - *since >= kSettling;
    }
  }
  return false;
}

Key component_of(const Json& pod) {
  const auto label = [&pod](std::string_view name) {
    return std::string{base::text_at(pod, {"metadata", "labels", name})};
  };
  const std::string component = label("compute.functionmesh.io/component");
  const std::string_view kind = component == "source" ? "Source"
                                : component == "sink" ? "Sink"
                                                      : "Function";
  return {std::string{kind}, std::string{base::text_at(pod, {"metadata", "namespace"})},
          label("compute.functionmesh.io/name")};
}

/// The topics that a component reads; patterns are left out.
std::set<std::string> input_topics(const api::ComponentSpec& spec) {
  std::set<std::string> topics{spec.input.topics.begin(), spec.input.topics.end()};
  for (const auto& [topic, serde] : spec.input.custom_serde_sources) {
    topics.insert(topic);
  }
  for (const auto& [topic, schema] : spec.input.custom_schema_sources) {
    topics.insert(topic);
  }
  for (const auto& [topic, consumer] : spec.input.source_specs) {
    if (!consumer.is_regex_pattern) {
      topics.insert(topic);
    }
  }
  return topics;
}

std::map<std::string, std::string> data_of(const Json& config_map) {
  std::map<std::string, std::string> data;
  if (const Json* members = base::find(config_map, {"data"}); members && members->is_object()) {
    for (const auto& [name, value] : members->get_object()) {
      if (value.is_string()) {
        data.emplace(name, value.get_string());
      }
    }
  }
  return data;
}

}  // namespace

asio::awaitable<void> Traffic::sample() {
  const auto pods = co_await cluster_.list({.kind = "Pod", .namespace_ = "", .labels = {}});
  std::set<std::string> present;
  for (const Object& pod : pods ? *pods : std::vector<Object>{}) {
    const std::string name = cluster::to_string(cluster::key_of(*pod));
    const int port = metrics_port_of(*pod);
    if (port == 0 || !has_settled(*pod, clock_.now())) {
      continue;
    }
    if (const auto counters = co_await pulsar::read_metrics(http_, port, kMetricsTimeout)) {
      present.insert(name);
      count(name, component_of(*pod), *counters);
    }
  }
  for (auto& [key, flow] : flows_) {
    flow.rate_in = 0;
    flow.rate_out = 0;
  }
  for (const auto& [name, instance] : instances_) {
    if (present.contains(name)) {
      flows_[instance.component].rate_in += instance.rates.received;
      flows_[instance.component].rate_out += instance.rates.written;
    }
  }
}

void Traffic::count(const std::string& pod, const Key& component,
                    const pulsar::Counters& counters) {
  Instance& instance = instances_[pod];
  const base::TimePoint now = clock_.now();
  const pulsar::Counters before = instance.counters;
  // Counters that went back are those of a new process, which began at 0.
  const auto grown = [](std::int64_t was, std::int64_t is) { return is < was ? is : is - was; };
  Flow& flow = flows_[component];
  flow.received += grown(before.received, counters.received);
  flow.sent += grown(before.written, counters.written);
  flow.errors += grown(before.errors(), counters.errors());
  if (instance.time != base::TimePoint{} && now > instance.time) {
    instance.rates = pulsar::rates(before, counters, now - instance.time);
  }
  instance.component = component;
  instance.counters = counters;
  instance.time = now;
}

asio::awaitable<void> Traffic::sample_backlog() {
  for (const char* kind : {"Function", "Sink"}) {
    const auto components = co_await cluster_.list({.kind = kind, .namespace_ = "", .labels = {}});
    for (const Object& component : components ? *components : std::vector<Object>{}) {
      const auto backlog = co_await backlog_of(*component);
      flows_[cluster::key_of(*component)].backlog = backlog;
    }
  }
}

asio::awaitable<std::optional<std::int64_t>> Traffic::backlog_of(const Json& object) {
  api::Resource resource = api::decode(object).resource;
  api::set_defaults(resource);
  const auto* component = std::get_if<api::Component>(&resource);
  if (component == nullptr || !component->spec.pulsar) {
    co_return std::nullopt;
  }
  const auto config = co_await cluster_.get(
      {"ConfigMap", component->metadata.namespace_, component->spec.pulsar->pulsar_config});
  if (!config) {
    co_return std::nullopt;
  }
  pulsar::Admin admin{pulsar::access_from(data_of(**config)), kAdminTimeout};
  std::optional<std::int64_t> backlog;
  for (const std::string& text : input_topics(component->spec)) {
    const auto topic = pulsar::Topic::parse(text);
    if (!topic) {
      continue;
    }
    const auto stats = co_await admin.topic_stats(*topic);
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

Flow Traffic::of(const Key& component) const {
  const auto found = flows_.find(component);
  return found == flows_.end() ? Flow{} : found->second;
}

}  // namespace functionmesh::dev
