#include "render/function_details.hpp"

#include "render/connector_details.hpp"
#include "render/details_json.hpp"

namespace functionmesh::render {
namespace {

constexpr std::string_view kIdentityFunction =
    "org.apache.pulsar.functions.api.utils.IdentityFunction";
constexpr std::string_view kWindowFunction =
    "org.apache.pulsar.functions.windowing.WindowFunctionExecutor";
constexpr std::string_view kBatchSource =
    "org.apache.pulsar.functions.source.batch.BatchSourceExecutor";

/// A failure action by its name in the protocol; FAIL, the default, is not written.
std::string_view failure_action(std::string_view action) {
  for (const std::string_view known : {"DISCARD", "CONSUME", "SEND"}) {
    if (action == known) {
      return known;
    }
  }
  return {};
}

api::JsonObject crypto_spec(const api::CryptoConfig& crypto) {
  Message message;
  message.text("cryptoKeyReaderClassName", crypto.crypto_key_reader_class_name);
  if (!crypto.crypto_key_reader_config.empty()) {
    message.text("cryptoKeyReaderConfig",
                 base::write_json(to_json(crypto.crypto_key_reader_config)));
  }
  message.texts("producerEncryptionKeyName", crypto.encryption_keys);
  message.text("producerCryptoFailureAction",
               failure_action(crypto.producer_crypto_failure_action));
  message.text("consumerCryptoFailureAction",
               failure_action(crypto.consumer_crypto_failure_action));
  return std::move(message).take();
}

api::JsonObject consumer_spec(const api::ConsumerConfig& consumer) {
  Message message;
  message.text("schemaType", consumer.schema_type);
  message.text("serdeClassName", consumer.serde_classname);
  message.flag("isRegexPattern", consumer.is_regex_pattern);
  if (consumer.receiver_queue_size) {
    Message size;
    size.int32("value", *consumer.receiver_queue_size);
    message.message("receiverQueueSize", std::move(size).take());
  }
  message.map("schemaProperties", consumer.schema_properties);
  message.map("consumerProperties", consumer.consumer_properties);
  if (consumer.crypto_config) {
    message.message("cryptoSpec", crypto_spec(*consumer.crypto_config));
  }
  return std::move(message).take();
}

api::JsonObject producer_spec(const api::ProducerConfig& producer) {
  Message message;
  message.int32("maxPendingMessages", producer.max_pending_messages);
  message.int32("maxPendingMessagesAcrossPartitions",
                producer.max_pending_messages_across_partitions);
  message.flag("useThreadLocalProducers", producer.use_thread_local_producers);
  if (producer.crypto_config) {
    message.message("cryptoSpec", crypto_spec(*producer.crypto_config));
  }
  message.text("batchBuilder", producer.batch_builder);
  if (producer.compression_type != "LZ4") {  // what the protocol means by nothing
    message.text("compressionType", producer.compression_type);
  }
  return std::move(message).take();
}

/// The source of a component that reads topics.
Message topic_source(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const bool function = context.component.kind == api::Kind::function;
  Message source;
  source.text("typeClassName", spec.input.type_class_name);
  if (const ProtocolEnum type = subscription_type_of(spec); type.number != 0) {
    source.text("subscriptionType", type.name);
  }
  api::JsonObject inputs;
  for (const auto& [topic, consumer] : input_topics_of(spec)) {
    inputs.emplace(topic, consumer_spec(consumer));
  }
  if (!inputs.empty()) {
    source.message("inputSpecs", std::move(inputs));
  }
  source.uint64("timeoutMs", spec.timeout);
  source.text("subscriptionName", spec.subscription_name);
  source.flag("cleanupSubscription", spec.cleanup_subscription);
  source.text("subscriptionPosition", spec.subscription_position == "latest" ? "" : "EARLIEST");
  source.uint64("negativeAckRedeliveryDelayMs",
                function ? spec.timeout : spec.negative_ack_redelivery_delay_ms);
  source.flag("skipToLatest", function && spec.skip_to_latest);
  return source;
}

constexpr std::string_view kBatchConfig = "__BATCHSOURCECONFIGS__";
constexpr std::string_view kBatchClass = "__BATCHSOURCECLASSNAME__";

/// sourceConfig, with what the batch executor needs to find the user's own source.
std::string source_configs(const api::ComponentSpec& spec) {
  if (!spec.batch_source_config) {
    return canonical_text(spec.source_config);
  }
  const api::BatchSourceConfig& batch = *spec.batch_source_config;
  Message trigger;
  trigger.text("discoveryTriggererClassName", batch.discovery_triggerer_class_name);
  if (batch.discovery_triggerer_config) {
    trigger.message("discoveryTriggererConfig", *batch.discovery_triggerer_config);
  }
  api::JsonObject configs = spec.source_config.value_or(api::JsonObject{});
  configs[kBatchConfig] = canonical_text(std::move(trigger).take());
  configs[kBatchClass] = spec.class_name;
  return canonical_text(configs);
}

Message connector_source(const api::ComponentSpec& spec) {
  Message source;
  source.text("className", spec.batch_source_config ? kBatchSource : spec.class_name);
  source.text("configs", source_configs(spec));
  source.text("typeClassName", spec.output.type_class_name);
  return source;
}

/// customSchemaSinks holds a consumer's settings as JSON text for each topic; of the output
/// topic's the properties count. Text that is not JSON says nothing.
void add_output_properties(Message& sink, const api::Output& output) {
  const auto found = output.custom_schema_sinks.find(output.topic);
  if (output.topic.empty() || found == output.custom_schema_sinks.end()) {
    return;
  }
  const auto json = base::parse_json(found->second);
  if (!json) {
    return;
  }
  for (const std::string_view name : {"schemaProperties", "consumerProperties"}) {
    api::JsonObject properties;
    const base::Json* given = base::find(*json, {name});
    if (given != nullptr && given->is_object()) {
      for (const auto& [key, value] : given->get_object()) {
        if (value.is_string()) {
          properties.emplace(key, value);
        }
      }
    }
    if (!properties.empty()) {
      sink.message(name, std::move(properties));
    }
  }
}

Message topic_sink(const Context& context) {
  const api::Output& output = context.spec.output;
  Message sink;
  sink.text("typeClassName", output.type_class_name);
  sink.text("topic", output.topic);
  if (output.producer_conf || context.component.kind == api::Kind::source) {
    sink.message("producerSpec",
                 producer_spec(output.producer_conf.value_or(api::ProducerConfig{})));
  }
  sink.text("serDeClassName", output.sink_serde_class_name);
  sink.text("schemaType", output.sink_schema_type);
  sink.flag("forwardSourceMessageProperty",
            context.spec.forward_source_message_property.value_or(true));
  add_output_properties(sink, output);
  return sink;
}

Message connector_sink(const api::ComponentSpec& spec) {
  Message sink;
  sink.text("className", spec.class_name);
  sink.text("configs", canonical_text(spec.sink_config));
  sink.text("typeClassName", spec.input.type_class_name);
  return sink;
}

api::JsonObject source_details(const Context& context) {
  if (!context.traits.reads_topics) {
    return connector_source(context.spec).take();
  }
  api::JsonObject source = topic_source(context).take();
  if (context.spec.source_connector) {
    replace_source(source, *context.spec.source_connector);
  }
  return source;
}

api::JsonObject sink_details(const Context& context) {
  if (!context.traits.writes_topics) {
    return connector_sink(context.spec).take();
  }
  api::JsonObject sink = topic_sink(context).take();
  if (context.spec.sink_connector) {
    replace_sink(sink, *context.spec.sink_connector);
  }
  return sink;
}

api::JsonObject resources(const api::ComponentSpec& spec) {
  const Amounts amounts = requested_amounts(spec);
  Message message;
  message.number("cpu", amounts.cpu);
  message.uint64("ram", amounts.ram);
  message.uint64("disk", amounts.disk);
  return std::move(message).take();
}

std::string_view class_name_of(const Context& context) {
  if (context.component.kind != api::Kind::function) {
    return kIdentityFunction;
  }
  return context.spec.window_config ? kWindowFunction : context.spec.class_name;
}

/// Without what the reference operator wrote back into the resources of batch sources.
std::string source_user_config(const api::ComponentSpec& spec) {
  std::optional<api::JsonObject> config = spec.source_config;
  if (config && spec.batch_source_config) {
    config->stable_erase(kBatchConfig);
    config->stable_erase(kBatchClass);
  }
  return canonical_text(config);
}

std::string user_config(const Context& context) {
  switch (context.component.kind) {
    case api::Kind::function:
      return user_config_of(context.spec);
    case api::Kind::source:
      return source_user_config(context.spec);
    default:
      return {};
  }
}

std::string_view runtime_name(Runtime runtime) {
  switch (runtime) {
    case Runtime::python:
      return "PYTHON";
    case Runtime::golang:
      return "GO";
    default:
      return {};  // JAVA, which the protocol means by nothing; generic instances do not look at it
  }
}

}  // namespace

std::string function_details(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const bool function = context.component.kind == api::Kind::function;
  Message details;
  details.text("tenant", spec.tenant);
  details.text("namespace", spec.namespace_);
  details.text("name", spec.name);
  details.text("className", class_name_of(context));
  if (function && !logs_by_sidecar(spec)) {
    details.text("logTopic", spec.log_topic);
  }
  if (const ProtocolEnum guarantee = guarantee_of(spec); guarantee.number != 0) {
    details.text("processingGuarantees", guarantee.name);
  }
  details.text("userConfig", user_config(context));
  details.text("secretsMap", secrets_map_of(spec));
  details.text("runtime", runtime_name(context.runtime));
  details.flag("autoAck", !context.traits.reads_topics || spec.auto_ack.value_or(true));
  details.int32("parallelism", parallelism_of(spec));
  details.message("source", source_details(context));
  details.message("sink", sink_details(context));
  details.message("resources", resources(spec));
  const std::string dead_letters = dead_letter_topic_of(spec);
  if (context.traits.reads_topics && (spec.max_message_retry > 0 || !dead_letters.empty())) {
    Message retry;
    retry.int32("maxMessageRetries", spec.max_message_retry);
    retry.text("deadLetterTopic", dead_letters);
    details.message("retryDetails", std::move(retry).take());
  }
  details.text("runtimeFlags", spec.runtime_flags);
  details.text("componentType", context.traits.component_type);
  details.flag("retainOrdering", context.traits.reads_topics && spec.retain_ordering);
  details.flag("retainKeyOrdering", context.traits.reads_topics && spec.retain_key_ordering);
  return base::write_json(std::move(details).take());
}

}  // namespace functionmesh::render
