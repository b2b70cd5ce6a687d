#include <algorithm>

#include "api/rules.hpp"
#include "api/topic.hpp"
#include "base/json.hpp"

namespace functionmesh::api {
namespace {

std::string below(std::string path, std::string_view name) {
  base::append_step(path, name);
  return path;
}

void check_consumer(const std::string& field, const ConsumerConfig& consumer, Report& report) {
  if (consumer.receiver_queue_size.value_or(0) < 0) {
    report.error(field + ".receiverQueueSize",
                 "must be 0 or more, is " + std::to_string(*consumer.receiver_queue_size));
  }
  if (consumer.crypto_config && consumer.crypto_config->crypto_key_reader_class_name.empty()) {
    report.error(field + ".cryptoConfig.cryptoKeyReaderClassName",
                 "is required: the class that reads the keys for decryption");
  }
}

void check_producer(const ProducerConfig& producer, Report& report) {
  if (!producer.crypto_config) {
    return;
  }
  if (producer.crypto_config->crypto_key_reader_class_name.empty()) {
    report.error("output.producerConf.cryptoConfig.cryptoKeyReaderClassName",
                 "is required: the class that reads the keys for encryption");
  }
  if (producer.crypto_config->encryption_keys.empty()) {
    report.error("output.producerConf.cryptoConfig.encryptionKeys",
                 "is required: the name of at least one key to encrypt with");
  }
}

// Only the same text has always been refused; the same topic in another spelling runs somewhere.
void check_circle(const Subject& subject, Report& report) {
  const std::vector<InputTopic> inputs = input_topics(subject.spec.input);
  const std::string& output = subject.spec.output.topic;
  const auto name = full_topic_name(output);
  auto found = std::ranges::find(inputs, output, &InputTopic::topic);
  const bool same_text = found != inputs.end();
  if (!same_text && name) {
    found = std::ranges::find_if(inputs, [&](const InputTopic& input) {
      return !input.pattern && full_topic_name(input.topic) == name;
    });
  }
  if (found != inputs.end()) {
    report.error_if(same_text, "output.topic",
                    "is also read (" + report.root() + "." + found->field +
                        "): every message would come back for ever");
  }
}

void check_cluster(std::string_view field, const PulsarMessaging& pulsar, Report& report) {
  const std::string at{field};
  if (pulsar.pulsar_config.empty()) {
    report.error(at + ".pulsarConfig",
                 "is required: the ConfigMap with webServiceURL and brokerServiceURL");
  }
  const auto both = [&](const std::optional<AuthConfig>& auth, std::string_view name) {
    if (auth && auth->oauth2_config && auth->generic_auth) {
      report.warn(below(at, name), "has both oauth2Config and genericAuth; oauth2Config counts");
    }
  };
  both(pulsar.auth_config, "authConfig");
  both(pulsar.cleanup_auth_config, "cleanupAuthConfig");
}

}  // namespace

std::vector<InputTopic> input_topics(const Input& input) {
  std::vector<InputTopic> all;
  for (std::size_t i = 0; i < input.topics.size(); ++i) {
    all.push_back({"input.topics[" + std::to_string(i) + "]", input.topics[i]});
  }
  if (!input.topic_pattern.empty()) {
    all.push_back({"input.topicPattern", input.topic_pattern, true});
  }
  for (const auto& [topic, serde] : input.custom_serde_sources) {
    all.push_back({below("input.customSerdeSources", topic), topic});
  }
  for (const auto& [topic, schema] : input.custom_schema_sources) {
    all.push_back({below("input.customSchemaSources", topic), topic});
  }
  for (const auto& [topic, consumer] : input.source_specs) {
    all.push_back({below("input.sourceSpecs", topic), topic, consumer.is_regex_pattern});
  }
  return all;
}

void check_input(const Subject& subject, Report& report) {
  if (!subject.reads_topics()) {
    if (subject.function() && !input_topics(subject.spec.input).empty()) {
      report.warn("input", "has no effect: sourceConfig takes its place");
    }
    return;
  }
  const Input& input = subject.spec.input;
  const std::vector<InputTopic> topics = input_topics(input);
  if (topics.empty()) {
    report.error("input",
                 "names no topic: expected topics, topicPattern, sourceSpecs, "
                 "customSerdeSources or customSchemaSources");
  }
  for (const InputTopic& topic : topics) {
    if (const auto name = full_topic_name(topic.topic); !name) {
      report.error(topic.field, name.error());
    }
  }
  for (const auto& [topic, consumer] : input.source_specs) {
    check_consumer(below("input.sourceSpecs", topic), consumer, report);
  }
}

void check_output(const Subject& subject, Report& report) {
  const Output& output = subject.spec.output;
  if (!subject.writes_topic() || output.topic.empty()) {
    return;
  }
  if (const auto name = full_topic_name(output.topic); !name) {
    report.error("output.topic", name.error());
  }
  if (subject.reads_topics()) {
    check_circle(subject, report);
  }
  if (output.producer_conf) {
    check_producer(*output.producer_conf, report);
  }
}

void check_log_topic(const Subject& subject, Report& report) {
  const ComponentSpec& spec = subject.spec;
  if (spec.log_topic.empty()) {
    return;
  }
  if (const auto name = full_topic_name(spec.log_topic); !name) {
    report.error_if(subject.function(), "logTopic", name.error());
  }
  if (!subject.function() && spec.log_topic_agent == "runtime") {
    report.warn("logTopicAgent",
                "connectors do not write log topics themselves: nothing arrives "
                "there; use sidecar");
  }
}

void check_connector_config(const Subject& subject, Report& report) {
  const ComponentSpec& spec = subject.spec;
  constexpr std::string_view kNeeded =
      "is required: the connector's configuration, {} when it needs none";
  if (subject.kind == Kind::source && !spec.source_config) {
    report.error("sourceConfig", std::string{kNeeded});
  }
  if (subject.kind == Kind::sink && !spec.sink_config) {
    report.error("sinkConfig", std::string{kNeeded});
  }
}

void check_messaging(const Subject& subject, Report& report) {
  if (subject.spec.pulsar) {
    check_cluster("pulsar", *subject.spec.pulsar, report);
  } else {
    report.error("pulsar",
                 "is required: pulsarConfig in it names the ConfigMap of the Pulsar "
                 "cluster to work with");
  }
  if (subject.spec.pulsar_package_service) {
    check_cluster("pulsarPackageService", *subject.spec.pulsar_package_service, report);
  }
}

}  // namespace functionmesh::api
