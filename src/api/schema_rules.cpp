#include "api/schema_rules.hpp"

#include <algorithm>
#include <string>

namespace functionmesh::api {
namespace {

constexpr std::string_view kSpec = "ComponentSpec";
constexpr Kinds kConnectors = kSources | kSinks;
constexpr Kinds kReaders = kFunctions | kSinks;

constexpr std::string_view kRequired = "FieldValueRequired";
constexpr std::string_view kInvalid = "FieldValueInvalid";
constexpr std::string_view kForbidden = "FieldValueForbidden";

constexpr std::string_view kNamesNoTopic =
    "names no topic: expected topics, topicPattern, sourceSpecs, customSerdeSources or "
    "customSchemaSources";
constexpr std::string_view kMustNotBeEmpty =
    "must not be empty: it is where the code lies in the container";
constexpr std::string_view kMoreThanNone = "must be more than 0";

#define FM_NAMES_A_TOPIC                                       \
  "self.?input.?topics.orValue([]).size() > 0 || "             \
  "self.?input.?topicPattern.orValue('') != '' || "            \
  "self.?input.?sourceSpecs.orValue({}).size() > 0 || "        \
  "self.?input.?customSerdeSources.orValue({}).size() > 0 || " \
  "self.?input.?customSchemaSources.orValue({}).size() > 0"

#define FM_EFFECTIVELY_ONCE "self.?processingGuarantee.orValue('') == 'effectively_once'"

// Each time a rule reads a field of self, the API server builds the table of all its fields anew: a
// rule reads the field first that settles it for most, and reads it once (`self.?field.orValue()`).

// How replicas stand to minReplicas and maxReplicas is left to admission: an autoscaler sets the
// former through the scale subresource, and must not be in the way of who sets the latter.
constexpr SchemaRule kRules[]{
    {kSpec, kAllKinds, "has(self.name) && self.name != ''", "name",
     "is required: <mesh>-<name> is what the child is called", kRequired, Place::mesh},

    {kSpec, kFunctions,
     "has(self.java) || has(self.python) || has(self.golang) || has(self.genericRuntime)", "",
     "a runtime is required: one of java, python, golang and genericRuntime", kRequired},
    {kSpec, kFunctions,
     "[has(self.java), has(self.python), has(self.golang)].filter(given, given).size() <= 1", "",
     "only one runtime is possible", kForbidden},
    {kSpec, kConnectors, "has(self.java)", "java", "is required: connectors run in Java",
     kRequired},
    {kSpec, kAllKinds, "self.?className.orValue('') != '' || !has(self.java)", "className",
     "is required: the class in the java package to run", kRequired},
    {kSpec, kFunctions, "self.?className.orValue('') != '' || !has(self.python) || has(self.java)",
     "className", "is required: the class in the python package to run", kRequired},
    {"JavaRuntime", kAllKinds, "self.jar != ''", "jar", kMustNotBeEmpty, kInvalid},
    {"PythonRuntime", kFunctions, "self.py != ''", "py", kMustNotBeEmpty, kInvalid},
    {"GoRuntime", kFunctions, "self.go != ''", "go", kMustNotBeEmpty, kInvalid},

    {kSpec, kSources, "has(self.sourceConfig)", "sourceConfig",
     "is required: the connector's configuration, {} when it needs none", kRequired},
    {kSpec, kSinks, "has(self.sinkConfig)", "sinkConfig",
     "is required: the connector's configuration, {} when it needs none", kRequired},
    {kSpec, kFunctions, FM_NAMES_A_TOPIC " || has(self.sourceConfig)", "input", kNamesNoTopic,
     kRequired},
    {kSpec, kSinks, FM_NAMES_A_TOPIC, "input", kNamesNoTopic, kRequired},
    {kSpec, kAllKinds, "has(self.pulsar)", "pulsar",
     "is required: pulsarConfig in it names the ConfigMap of the Pulsar cluster to work with",
     kRequired},
    {"PulsarMessaging", kAllKinds, "has(self.pulsarConfig) && self.pulsarConfig != ''",
     "pulsarConfig", "is required: the ConfigMap with webServiceURL and brokerServiceURL",
     kRequired},

    {kSpec, kReaders, "!has(self.timeout) || self.timeout == 0 || !(" FM_EFFECTIVELY_ONCE ")",
     "timeout", "is not possible with effectively_once; leave it out", kForbidden},
    {kSpec, kReaders,
     "!has(self.maxMessageRetry) || self.maxMessageRetry <= 0 || !(" FM_EFFECTIVELY_ONCE ")",
     "maxMessageRetry", "is not possible with effectively_once; leave it out", kForbidden},
    {kSpec, kReaders,
     "!has(self.deadLetterTopic) || self.deadLetterTopic == '' || "
     "has(self.maxMessageRetry) && self.maxMessageRetry > 0",
     "maxMessageRetry",
     "must be more than 0 where a deadLetterTopic is set: nothing would ever get there", kRequired},
    {kSpec, kFunctions,
     "!has(self.retainKeyOrdering) || !self.retainKeyOrdering || !(" FM_EFFECTIVELY_ONCE ")",
     "retainKeyOrdering", "is not possible with effectively_once, which reads in order as a whole",
     kForbidden},
    {kSpec, kFunctions,
     "!has(self.retainKeyOrdering) || !self.retainKeyOrdering || "
     "!has(self.retainOrdering) || !self.retainOrdering",
     "retainKeyOrdering", "is not possible together with retainOrdering; choose one", kForbidden},

    {"WindowConfig", kFunctions, "has(self.windowLengthCount) || has(self.windowLengthDurationMs)",
     "", "has no length: expected windowLengthCount or windowLengthDurationMs", kRequired},
    {"WindowConfig", kFunctions,
     "!has(self.windowLengthCount) || !has(self.windowLengthDurationMs)", "",
     "has two lengths: expected windowLengthCount or windowLengthDurationMs", kForbidden},
    {"WindowConfig", kFunctions, "!has(self.windowLengthCount) || self.windowLengthCount > 0",
     "windowLengthCount", kMoreThanNone, kInvalid},
    {"WindowConfig", kFunctions,
     "!has(self.windowLengthDurationMs) || self.windowLengthDurationMs > 0",
     "windowLengthDurationMs", kMoreThanNone, kInvalid},
    {"WindowConfig", kFunctions, "!has(self.slidingIntervalCount) || self.slidingIntervalCount > 0",
     "slidingIntervalCount", kMoreThanNone, kInvalid},
    {"WindowConfig", kFunctions,
     "!has(self.slidingIntervalDurationMs) || self.slidingIntervalDurationMs > 0",
     "slidingIntervalDurationMs", kMoreThanNone, kInvalid},

    {kSpec, kFunctions,
     "!has(self.golang) || has(self.java) || has(self.python) || "
     "!has(self.statefulConfig) || !has(self.statefulConfig.pulsar)",
     "statefulConfig", "the Go runtime has no state; use java or python", kForbidden},
    {"PulsarStateStore", kFunctions, "self.serviceUrl != ''", "serviceUrl",
     "must not be empty: it is where the state store answers", kInvalid},

    {kSpec, kAllKinds, "self.?minReplicas.orValue(1) > 0", "minReplicas", "must be 1 or more",
     kInvalid},
    {kSpec, kAllKinds, "!has(self.maxReplicas) || self.?minReplicas.orValue(1) <= self.maxReplicas",
     "minReplicas", "must be at most maxReplicas", kInvalid},
    {kSpec, kAllKinds, "!has(self.maxReplicas) || !has(self.pod) || !has(self.pod.vpa)", "pod.vpa",
     "is not possible together with maxReplicas: scale either the pods' resources or their number",
     kForbidden},

    {kSpec, kFunctions,
     "(has(self.volumeClaimTemplates) ? self.volumeClaimTemplates : []) == "
     "(has(oldSelf.volumeClaimTemplates) ? oldSelf.volumeClaimTemplates : [])",
     "volumeClaimTemplates",
     "cannot be changed: a StatefulSet keeps the volumes that it was made with; create the "
     "function anew, under another name or after deleting it",
     kForbidden, Place::own_resource},
};

#undef FM_NAMES_A_TOPIC
#undef FM_EFFECTIVELY_ONCE

std::string about_stored(std::string_view expression) {
  std::string text;
  constexpr std::string_view kNow = "self.";
  while (!expression.empty()) {
    const std::size_t at = std::min(expression.find(kNow), expression.size());
    text += expression.substr(0, at);
    expression.remove_prefix(at);
    if (!expression.empty()) {
      text += "oldSelf.value().";
      expression.remove_prefix(kNow.size());
    }
  }
  return text;
}

std::string forgiving(std::string_view expression) {
  return "(" + std::string{expression} + ") || oldSelf.hasValue() && !(" +
         about_stored(expression) + ")";
}

}  // namespace

std::span<const SchemaRule> schema_rules() {
  return kRules;
}

JsonArray schema_rules(std::string_view record, Kinds kinds, bool in_mesh) {
  const Place other = in_mesh ? Place::own_resource : Place::mesh;
  JsonArray all;
  for (const SchemaRule& rule : kRules) {
    if (rule.record != record || (rule.kinds & kinds) == 0 || rule.place == other) {
      continue;
    }
    const bool forgives = !in_mesh && rule.place == Place::anywhere;
    JsonObject entry{{"rule", forgives ? forgiving(rule.expression) : std::string{rule.expression}},
                     {"message", rule.message},
                     {"reason", rule.reason}};
    if (forgives) {
      entry["optionalOldSelf"] = true;
    }
    if (!rule.field.empty()) {
      entry["fieldPath"] = "." + std::string{rule.field};
    }
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace functionmesh::api
