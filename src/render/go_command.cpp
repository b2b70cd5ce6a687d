#include "base/json.hpp"
#include "base/shell.hpp"
#include "render/function_details.hpp"
#include "render/instance_command.hpp"
#include "render/resources.hpp"

namespace functionmesh::render {
namespace {

constexpr int kGoRuntime = 3;  // in Pulsar's protocol

/// The one topic that a Go instance reads.
struct GoInput {
  std::string topic;
  api::ConsumerConfig consumer;
};

GoInput go_input(const api::ComponentSpec& spec) {
  const auto topics = input_topics_of(spec);
  std::string topic;
  if (!spec.input.topics.empty()) {
    topic = spec.input.topics.front();
  } else if (!spec.input.topic_pattern.empty()) {
    topic = spec.input.topic_pattern;
  } else if (!topics.empty()) {
    topic = topics.begin()->first;
  }
  const auto found = topics.find(topic);
  return {topic, found == topics.end() ? api::ConsumerConfig{} : found->second};
}

/// What is requested in whole units; a Go instance is told the next one for a part of it.
std::int64_t requested_units(const api::ComponentSpec& spec, std::string_view name) {
  const auto amount = amount_of(spec.resources, "requests", name);
  return amount ? amount->units() : 0;
}

/// The instance's configuration but for what is only known in the pod.
api::JsonObject go_configuration(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const GoInput input = go_input(spec);
  return {
      {"funcVersion", "0"},
      {"maxBufTuples", 100},
      {"port", 9093},
      {"clusterName", spec.cluster_name},
      {"killAfterIdleMs", 0},
      {"tenant", spec.tenant},
      {"nameSpace", spec.namespace_},
      {"name", spec.name},
      {"logTopic", logs_by_sidecar(spec) ? "" : spec.log_topic},
      {"processingGuarantees", guarantee_of(spec).number},
      {"secretsMap", secrets_map_of(spec)},
      {"runtime", kGoRuntime},
      {"autoAck", spec.auto_ack.value_or(true)},
      {"parallelism", parallelism_of(spec)},
      {"subscriptionType", subscription_type_of(spec).number},
      {"timeoutMs", spec.timeout},
      {"subscriptionName", spec.subscription_name},
      {"cleanupSubscription", spec.cleanup_subscription},
      {"sourceSpecsTopic", input.topic},
      {"sourceSchemaType", input.consumer.schema_type},
      {"isRegexPatternSubscription", !spec.input.topic_pattern.empty()},
      {"receiverQueueSize", input.consumer.receiver_queue_size.value_or(0)},
      {"sinkSpecsTopic", spec.output.topic},
      {"sinkSchemaType", spec.output.sink_schema_type},
      {"cpu", requested_amounts(spec).cpu},
      {"ram", requested_units(spec, "memory")},
      {"disk", requested_units(spec, "storage")},
      {"maxMessageRetries", spec.max_message_retry},
      {"deadLetterTopic", dead_letter_topic_of(spec)},
      {"expectedHealthCheckInterval", -1},
      {"userConfig", user_config_of(spec)},
      {"metricsPort", 9094},
  };
}

}  // namespace

std::vector<std::string> go_commands(const Context& context) {
  const std::string binary = base::shell_quote(package_path(context));
  // The first members hold what the shell puts in; they end each quote before a variable.
  std::string uid = base::write_json(base::Json(context.component.metadata.uid));
  uid = uid.substr(1, uid.size() - 2);
  std::string rest = base::write_json(go_configuration(context));
  rest.front() = ',';
  std::string configuration = R"('{"pulsarServiceURL":"'"${brokerServiceURL}"'",)";
  configuration += R"("instanceID":'"${SHARD_ID}"',"funcID":"'"${SHARD_ID}")";
  configuration += base::shell_quote("-" + uid + "\"" + rest);
  return {
      "GO_FUNCTION_CONF=" + configuration,
      "goFunctionConfigs=\"${GO_FUNCTION_CONF}\"",
      "chmod +x " + binary,
      "exec " + binary + " -instance-conf \"${goFunctionConfigs}\"",
  };
}

}  // namespace functionmesh::render
