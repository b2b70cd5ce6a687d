// What function details, the Go instance's configuration and the clean-up all need to know.
#include "base/quantity.hpp"
#include "render/details_json.hpp"
#include "render/function_details.hpp"
#include "render/resources.hpp"

namespace functionmesh::render {
namespace {

/// A window's settings under the names that the window executor reads.
api::JsonObject window_settings(const api::ComponentSpec& spec) {
  const api::WindowConfig& window = *spec.window_config;
  api::JsonObject settings{{"actualWindowFunctionClassName", spec.class_name}};
  const auto add = [&](std::string_view name, const auto& value) {
    if (value) {
      settings.emplace(name, *value);
    }
  };
  const auto add_text = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      settings.emplace(name, value);
    }
  };
  add("windowLengthCount", window.window_length_count);
  add("windowLengthDurationMs", window.window_length_duration_ms);
  add("slidingIntervalCount", window.sliding_interval_count);
  add("slidingIntervalDurationMs", window.sliding_interval_duration_ms);
  add_text("lateDataTopic", window.late_data_topic);
  add("maxLagMs", window.max_lag_ms);
  add("watermarkEmitIntervalMs", window.watermark_emit_interval_ms);
  add("timestampExtractorClassName", window.timestamp_extractor_class_name);
  add_text("processingGuarantees", window.processing_guarantees);
  return settings;
}

}  // namespace

Amounts requested_amounts(const api::ComponentSpec& spec) {
  const auto whole_units = [](const base::Quantity& amount) { return amount.part(1).units(); };
  Amounts amounts;
  if (const auto cpu = amount_of(spec.resources, "requests", "cpu")) {
    amounts.cpu = cpu->value();
  }
  if (const auto memory = amount_of(spec.resources, "requests", "memory")) {
    amounts.ram = whole_units(*memory);
  }
  if (const auto storage = amount_of(spec.resources, "requests", "storage")) {
    amounts.disk = whole_units(*storage);
  }
  return amounts;
}

std::int32_t parallelism_of(const api::ComponentSpec& spec) {
  return spec.show_precise_parallelism ? spec.replicas.value_or(1) : 1;
}

ProtocolEnum guarantee_of(const api::ComponentSpec& spec) {
  const std::string& guarantee = spec.processing_guarantee;
  if (guarantee == "atmost_once") {
    return {.number = 1, .name = "ATMOST_ONCE"};
  }
  if (guarantee == "effectively_once") {
    return {.number = 2, .name = "EFFECTIVELY_ONCE"};
  }
  if (guarantee == "manual") {
    return {.number = 3, .name = "MANUAL"};
  }
  return {.number = 0, .name = "ATLEAST_ONCE"};
}

ProtocolEnum subscription_type_of(const api::ComponentSpec& spec) {
  if (spec.retain_ordering || spec.processing_guarantee == "effectively_once") {
    return {.number = 1, .name = "FAILOVER"};
  }
  if (spec.retain_key_ordering) {
    return {.number = 2, .name = "KEY_SHARED"};
  }
  return {.number = 0, .name = "SHARED"};
}

std::string dead_letter_topic_of(const api::ComponentSpec& spec) {
  const bool unnamed =
      spec.subscription_name.empty() || spec.subscription_name.find('\\') != std::string::npos;
  if (spec.dead_letter_topic.empty() && spec.max_message_retry > 0 && unnamed) {
    return spec.tenant + "-" + spec.namespace_ + "-" + spec.name + "-DLQ";
  }
  return spec.dead_letter_topic;
}

std::string user_config_of(const api::ComponentSpec& spec) {
  if (!spec.window_config) {
    return canonical_text(spec.func_config);
  }
  api::JsonObject config = spec.func_config.value_or(api::JsonObject{});
  config["__WINDOWCONFIGS__"] = window_settings(spec);
  return canonical_text(config);
}

std::string secrets_map_of(const api::ComponentSpec& spec) {
  if (!spec.secrets_map) {
    return {};
  }
  api::JsonObject secrets;
  for (const auto& [name, secret] : *spec.secrets_map) {
    secrets.emplace(name, api::JsonObject{{"path", secret.path}, {"key", secret.key}});
  }
  return base::write_json(secrets);
}

std::map<std::string, api::ConsumerConfig> input_topics_of(const api::ComponentSpec& spec) {
  const api::Input& input = spec.input;
  std::map<std::string, api::ConsumerConfig> topics;
  for (const std::string& topic : input.topics) {
    topics[topic] = {};
  }
  if (!input.topic_pattern.empty()) {
    topics[input.topic_pattern] = {};
    topics[input.topic_pattern].is_regex_pattern = true;
  }
  for (const auto& [topic, serde] : input.custom_serde_sources) {
    topics[topic] = {};
    topics[topic].serde_classname = serde;
  }
  for (const auto& [topic, schema] : input.custom_schema_sources) {
    topics[topic] = {};
    topics[topic].schema_type = schema;
  }
  for (const auto& [topic, consumer] : input.source_specs) {
    topics[topic] = consumer;
  }
  return topics;
}

std::string qualified_name(const api::ComponentSpec& spec) {
  return spec.tenant + "/" + spec.namespace_ + "/" + spec.name;
}

}  // namespace functionmesh::render
