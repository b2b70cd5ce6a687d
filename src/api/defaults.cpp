#include "api/defaults.hpp"

#include "api/resource.hpp"

namespace functionmesh::api {
namespace {

constexpr std::string_view kBytes = "[B";
constexpr std::string_view kCpu = "1";
constexpr std::string_view kMemory = "1Gi";

void fill(std::string& text, std::string_view fallback) {
  if (text.empty()) {
    text = fallback;
  }
}

template <typename T>
void fill(std::optional<T>& value, T fallback) {
  if (!value) {
    value = std::move(fallback);
  }
}

// The map of one side of spec.resources, made when it is not there.
JsonObject& amounts(JsonObject& resources, std::string_view side) {
  Json& value = resources[side];
  if (!value.is_object()) {
    value = JsonObject{};
  }
  return value.get_object();
}

// The instances have to be told how much memory they have, so there is always a memory limit; a
// processor limit is the user's choice.
void fill_resources(std::optional<JsonObject>& given) {
  if (!given) {
    given.emplace();
  }
  given->reserve(given->size() + 2);  // so that no reference moves
  JsonObject& asked = amounts(*given, "requests");
  JsonObject& limits = amounts(*given, "limits");
  if (asked.empty() && limits.empty()) {
    asked = {{"cpu", kCpu}, {"memory", kMemory}};
    limits = asked;
    return;
  }
  const Json* here = asked.if_contains("memory");
  const Json* there = limits.if_contains("memory");
  const Json memory = here != nullptr ? *here : there != nullptr ? *there : Json(kMemory);
  asked.emplace("memory", memory);
  limits.emplace("memory", memory);
}

void fill_producer(std::optional<ProducerConfig>& producer) {
  if (!producer) {
    producer.emplace();
    producer->max_pending_messages = 1000;
    producer->max_pending_messages_across_partitions = 1000;
    producer->use_thread_local_producers = true;
  }
}

void fill_window(WindowConfig& window) {
  if (window.window_length_duration_ms) {
    fill(window.sliding_interval_duration_ms, *window.window_length_duration_ms);
  }
  if (may_have_default_lag(window)) {
    fill(window.max_lag_ms, kDefaultMaxLagMs);
    fill(window.watermark_emit_interval_ms, kDefaultWatermarkEmitIntervalMs);
  }
}

}  // namespace

bool may_have_default_lag(const WindowConfig& window) {
  return window.window_length_count && !window.sliding_interval_count;
}

void set_defaults(Kind kind, std::string_view name, ComponentSpec& spec) {
  const bool reads = kind != Kind::source;
  const bool writes = kind != Kind::sink;
  const bool function = kind == Kind::function;

  fill(spec.name, name);
  fill(spec.tenant, "public");
  fill(spec.namespace_, "default");
  fill(spec.cluster_name, "kubernetes");
  fill(spec.processing_guarantee, "atleast_once");
  fill(spec.min_replicas, spec.replicas.value_or(1));
  fill(spec.replicas, *spec.min_replicas);
  fill_resources(spec.resources);
  if (!spec.log_topic.empty()) {
    fill(spec.log_topic_agent, function ? "runtime" : "sidecar");
  }
  if (reads) {
    fill(spec.auto_ack, true);
    fill(spec.input.type_class_name, kBytes);
  }
  if (writes) {
    fill(spec.forward_source_message_property, true);
    fill(spec.output.type_class_name, kBytes);
  }
  if (kind == Kind::source) {
    fill_producer(spec.output.producer_conf);
  }
  if (function) {
    fill(spec.max_pending_async_requests, 1000);
  }
  if (spec.window_config) {
    fill_window(*spec.window_config);
  }
}

void set_defaults(Component& component) {
  set_defaults(component.kind, component.metadata.name, component.spec);
}

void set_defaults(Resource& resource) {
  if (auto* component = std::get_if<Component>(&resource)) {
    set_defaults(*component);
  } else if (auto* mesh = std::get_if<Mesh>(&resource)) {
    const auto fill_entries = [](Kind kind, std::vector<MeshEntry>& entries) {
      for (MeshEntry& entry : entries) {
        set_defaults(kind, {}, entry.spec);
      }
    };
    fill_entries(Kind::function, mesh->functions);
    fill_entries(Kind::source, mesh->sources);
    fill_entries(Kind::sink, mesh->sinks);
  }
}

}  // namespace functionmesh::api
