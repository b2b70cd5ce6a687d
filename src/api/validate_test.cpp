#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/resource.hpp"
#include "base/yaml.hpp"

namespace functionmesh::api {
namespace {

std::string text_of(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += problem.field + ": " + problem.message + "\n";
  }
  return text;
}

Json json(std::string_view text) {
  const auto parsed = base::parse_json(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Json{});
}

// A resource without a problem, to which a case does one thing.
Json good(std::string_view kind) {
  Json object = json(R"({
    "apiVersion": "compute.functionmesh.io/v1alpha1",
    "metadata": {"name": "x"},
    "spec": {
      "className": "C",
      "pulsar": {"pulsarConfig": "p"},
      "java": {"jar": "a.jar"}
    }})");
  object.as_object()["kind"] = kind;
  JsonObject& spec = object.at("spec").as_object();
  if (kind == "Source") {
    spec["sourceConfig"] = JsonObject{};
  } else {
    spec["input"] = json(R"({"topics": ["in"]})");
  }
  if (kind == "Sink") {
    spec["sinkConfig"] = JsonObject{};
  }
  return object;
}

Problems problems_of(std::string_view kind, std::string_view patch) {
  Json object = good(kind);
  base::merge_patch(object.at("spec"), json(patch));
  return check(object).problems;
}

struct Case {
  const char* kind;
  const char* patch;  ///< of the spec
  const char* said;
};

template <std::size_t N>
void expect_errors(const Case (&cases)[N]) {
  for (const auto& [kind, patch, said] : cases) {
    EXPECT_EQ(text_of(problems_of(kind, patch).errors), said) << kind << " " << patch;
  }
}

template <std::size_t N>
void expect_warnings(const Case (&cases)[N]) {
  for (const auto& [kind, patch, said] : cases) {
    const Problems problems = problems_of(kind, patch);
    EXPECT_EQ(text_of(problems.warnings), said) << kind << " " << patch;
    EXPECT_EQ(text_of(problems.errors), "") << kind << " " << patch;
  }
}

TEST(Validate, AcceptsWhatIsGood) {
  for (const char* kind : {"Function", "Source", "Sink"}) {
    const Problems problems = problems_of(kind, "{}");
    EXPECT_EQ(text_of(problems.errors), "") << kind;
    EXPECT_EQ(text_of(problems.warnings), "") << kind;
  }
}

TEST(Validate, NamesHaveToFitKubernetes) {
  const auto said = [](const char* name) {
    Json object = good("Function");
    object.at("metadata").as_object()["name"] = name;
    return text_of(check(object).problems.errors);
  };
  EXPECT_EQ(said(""), "metadata.name: is required and was not given\n");
  EXPECT_EQ(said("My_fn"),
            "metadata.name: \"My_fn\" is no possible name: expected lower-case letters, digits and "
            "'-', with a letter or digit at both ends\n");
  EXPECT_NE(said("-a"), "");
  EXPECT_EQ(said("a234567890123456789012345678901234567890123"), "");
  EXPECT_EQ(said("a2345678901234567890123456789012345678901234"),
            "metadata.name: \"a2345678901234567890123456789012345678901234\" has 44 characters; at "
            "most 43 are possible, because what is made of it has longer names\n");
}

TEST(Validate, ARuntimeIsRequired) {
  expect_errors({
      {"Function", R"({"java": null})",
       "spec: a runtime is required: one of java, python, golang and genericRuntime\n"},
      {"Function", R"({"python": {"py": "a.py"}, "golang": {"go": "a"}})",
       "spec: only one runtime is possible, but java and python and golang are given\n"},
      {"Function", R"({"java": null, "genericRuntime": {"functionFile": "f", "language": "wasm"}})",
       ""},
      {"Sink", R"({"java": null, "python": {"py": "x"}})",
       "spec.java: is required: connectors run in Java\n"},
      {"Function", R"({"className": ""})",
       "spec.className: is required: the class in the java package to run\n"},
      {"Function", R"({"java": null, "python": {"py": ""}, "className": null})",
       "spec.className: is required: the class in the python package to run\n"
       "spec.python.py: must not be empty: it is where the code lies in the container\n"},
      {"Function", R"({"java": null, "golang": {"go": ""}, "className": null})",
       "spec.golang.go: must not be empty: it is where the code lies in the container\n"},
  });
  expect_warnings({{"Function", R"({"genericRuntime": {"functionFile": "f", "language": "x"}})",
                    "spec.genericRuntime: has no effect beside java\n"
                    "spec.genericRuntime.language: no runner image is known for \"x\"; set "
                    "spec.image, or one of nodejs, python, executable, wasm\n"}});
}

TEST(Validate, PackagesComeFromWhereTheyCanBeDownloaded) {
  for (const char* location : {"http://h/a.jar", "https://h/a.jar", "function://a/b/c",
                               "SINK://a/b/c@v1", "source://a/b/c", ""}) {
    const std::string patch = R"({"java": {"jarLocation": ")" + std::string{location} + "\"}}";
    EXPECT_EQ(text_of(problems_of("Function", patch).errors), "") << location;
  }
  for (const char* location : {"a/b/c", "public/default/fn", "function://a/b", "function://a/b/c/d",
                               "function://a/b/c@1@2", "function://a//c", "function://a/b/c://",
                               "ftp://h/a", "http://", "://", "file:///a"}) {
    const std::string patch = R"({"java": {"jarLocation": ")" + std::string{location} + "\"}}";
    EXPECT_EQ(text_of(problems_of("Function", patch).errors),
              "spec.java.jarLocation: \"" + std::string{location} +
                  "\" is nowhere to download from: expected http(s)://..., or a package such as "
                  "function://tenant/namespace/name@version\n");
  }
}

TEST(Validate, TopicsHaveNamesThatPulsarKnows) {
  for (const char* topic : {"a", "acme/prod/a", "persistent://a/b/c", "non-persistent://a/b/c/d",
                            "persistent://a-=:._1/b/any thing"}) {
    const std::string patch = R"({"input": {"topics": [")" + std::string{topic} + "\"]}}";
    EXPECT_EQ(text_of(problems_of("Function", patch).errors), "") << topic;
  }
  expect_errors({
      {"Function", R"({"input": {"topics": ["a/b"]}})",
       "spec.input.topics[0]: \"a/b\" is no topic name: expected a plain name or "
       "tenant/namespace/name\n"},
      {"Function", R"({"input": {"topics": ["", "kafka://a/b/c"]}})",
       "spec.input.topics[0]: a topic name must not be empty\n"
       "spec.input.topics[1]: \"kafka://a/b/c\" is no topic name: it begins with persistent:// or "
       "non-persistent://, or with neither\n"},
      {"Sink", R"({"input": {"topics": null, "sourceSpecs": {"persistent://a/b": {}}}})",
       "spec.input.sourceSpecs[\"persistent://a/b\"]: \"persistent://a/b\" is no topic name: "
       "expected tenant/namespace/name\n"},
      {"Function", R"({"output": {"topic": "persistent://a b/c/d"}})",
       "spec.output.topic: \"persistent://a b/c/d\" is no topic name: tenant and namespace are "
       "made "
       "of letters, digits and - = : . _\n"},
      {"Function", R"({"output": {"topic": "persistent://a/b/"}})",
       "spec.output.topic: \"persistent://a/b/\" is no topic name: expected "
       "tenant/namespace/name\n"},
      {"Function", R"({"logTopic": "a/b"})",
       "spec.logTopic: \"a/b\" is no topic name: expected a plain name or tenant/namespace/name\n"},
      {"Function", R"({"deadLetterTopic": "a/b", "maxMessageRetry": 1})",
       "spec.deadLetterTopic: \"a/b\" is no topic name: expected a plain name or "
       "tenant/namespace/name\n"},
      {"Sink", R"({"input": {"topics": null}})",
       "spec.input: names no topic: expected topics, topicPattern, sourceSpecs, customSerdeSources "
       "or customSchemaSources\n"},
  });
}

TEST(Validate, AFunctionDoesNotReadWhatItWrites) {
  expect_errors({
      {"Function", R"({"output": {"topic": "in"}})",
       "spec.output.topic: is also read (spec.input.topics[0]): every message would come back for "
       "ever\n"},
      {"Function", R"({"input": {"topicPattern": "in-.*"}, "output": {"topic": "in-.*"}})",
       "spec.output.topic: is also read (spec.input.topicPattern): every message would come back "
       "for ever\n"},
      {"Function", R"({"input": {"topics": ["public/default/o", "o"]}, "output": {"topic": "o"}})",
       "spec.output.topic: is also read (spec.input.topics[1]): every message would come back for "
       "ever\n"},
      {"Function", R"({"output": {"topic": "in"}, "sourceConfig": {"className": "S"}})", ""},
      {"Function", R"({"output": {"topic": "in"}, "sinkConfig": {"className": "S"}})", ""},
  });
  expect_warnings({{"Function", R"({"output": {"topic": "persistent://public/default/in"}})",
                    "spec.output.topic: is also read (spec.input.topics[0]): every message would "
                    "come back for ever\n"}});
}

TEST(Validate, CryptoNeedsKeys) {
  expect_errors({
      {"Function", R"({"input": {"sourceSpecs": {"a": {"receiverQueueSize": -1,
                       "cryptoConfig": {}}}}})",
       "spec.input.sourceSpecs.a.receiverQueueSize: must be 0 or more, is -1\n"
       "spec.input.sourceSpecs.a.cryptoConfig.cryptoKeyReaderClassName: is required: the class "
       "that reads the keys for decryption\n"},
      {"Function", R"({"output": {"topic": "o", "producerConf": {"cryptoConfig": {}}}})",
       "spec.output.producerConf.cryptoConfig.cryptoKeyReaderClassName: is required: the class "
       "that reads the keys for encryption\n"
       "spec.output.producerConf.cryptoConfig.encryptionKeys: is required: the name of at least "
       "one key to encrypt with\n"},
      {"Function", R"({"output": {"producerConf": {"cryptoConfig": {}}}})", ""},
  });
}

TEST(Validate, PulsarHasToBeNamed) {
  expect_errors({
      {"Function", R"({"pulsar": null})",
       "spec.pulsar: is required: pulsarConfig in it names the ConfigMap of the Pulsar cluster to "
       "work with\n"},
      {"Source", R"({"pulsar": {"pulsarConfig": ""}, "pulsarPackageService": {}})",
       "spec.pulsar.pulsarConfig: is required: the ConfigMap with webServiceURL and "
       "brokerServiceURL\n"
       "spec.pulsarPackageService.pulsarConfig: is required: the ConfigMap with webServiceURL and "
       "brokerServiceURL\n"},
  });
}

TEST(Validate, ConnectorsHaveAConfiguration) {
  expect_errors({
      {"Source", R"({"sourceConfig": null})",
       "spec.sourceConfig: is required: the connector's configuration, {} when it needs none\n"},
      {"Sink", R"({"sinkConfig": null})",
       "spec.sinkConfig: is required: the connector's configuration, {} when it needs none\n"},
  });
}

TEST(Validate, DeliveryOptionsHaveToGoTogether) {
  expect_errors({
      {"Function",
       R"({"processingGuarantee": "effectively_once", "timeout": 1, "maxMessageRetry": 1,
           "retainKeyOrdering": true})",
       "spec.timeout: is not possible with effectively_once; leave it out\n"
       "spec.maxMessageRetry: is not possible with effectively_once; leave it out\n"
       "spec.retainKeyOrdering: is not possible with effectively_once, which reads in order as a "
       "whole\n"},
      {"Sink", R"({"deadLetterTopic": "d"})",
       "spec.maxMessageRetry: must be more than 0 where a deadLetterTopic is set: nothing would "
       "ever get there\n"},
      {"Function", R"({"retainKeyOrdering": true, "retainOrdering": true})",
       "spec.retainOrdering: is not possible together with retainKeyOrdering; choose one\n"
       "spec.retainKeyOrdering: is not possible together with retainOrdering; choose one\n"},
  });
  expect_warnings({
      {"Sink", R"({"retainKeyOrdering": true, "retainOrdering": true})",
       "spec.retainOrdering: is not possible together with retainKeyOrdering; choose one\n"
       "spec.retainKeyOrdering: is not possible together with retainOrdering; choose one\n"},
      {"Function", R"({"timeout": 30})",
       "spec.timeout: is in milliseconds, and consumers refuse to start with less than 1000\n"},
      {"Function", R"({"timeout": -1})",
       "spec.timeout: is in milliseconds, and consumers refuse to start with less than 1000\n"},
  });
}

TEST(Validate, AWindowHasOneLength) {
  expect_errors({
      {"Function", R"({"windowConfig": {}})",
       "spec.windowConfig: has no length: expected windowLengthCount or windowLengthDurationMs\n"},
      {"Function", R"({"windowConfig": {"windowLengthCount": 1, "windowLengthDurationMs": 1}})",
       "spec.windowConfig: has two lengths: expected windowLengthCount or "
       "windowLengthDurationMs\n"},
      {"Function", R"({"windowConfig": {"windowLengthCount": 0, "slidingIntervalCount": -1}})",
       "spec.windowConfig.windowLengthCount: must be more than 0, is 0\n"
       "spec.windowConfig.slidingIntervalCount: must be more than 0, is -1\n"},
      {"Function",
       R"({"windowConfig": {"windowLengthDurationMs": 5, "maxLagMs": 0,
           "watermarkEmitIntervalMs": 0, "timestampExtractorClassName": "T"}})",
       "spec.windowConfig.maxLagMs: must be more than 0, is 0\n"
       "spec.windowConfig.watermarkEmitIntervalMs: must be more than 0, is 0\n"},
      // Without an extractor nobody reads them.
      {"Function", R"({"windowConfig": {"windowLengthDurationMs": 5, "maxLagMs": 0}})", ""},
      // Defaults are not judged as if the user had written them.
      {"Function",
       R"({"windowConfig": {"windowLengthCount": 5, "timestampExtractorClassName": "T"}})", ""},
  });
}

TEST(Validate, ReplicasAndLimitsFitEachOther) {
  expect_errors({
      {"Function", R"({"minReplicas": 0})",
       "spec.minReplicas: must be 1 or more, is 0; to stop all instances set replicas to 0\n"},
      {"Function", R"({"replicas": 1, "minReplicas": 2})",
       "spec.minReplicas: must be at most replicas (1), is 2\n"},
      {"Function", R"({"replicas": 3, "maxReplicas": 2})",
       "spec.maxReplicas: must be at least replicas (3), is 2\n"},
      {"Sink", R"({"minReplicas": 3, "maxReplicas": 2})",
       "spec.maxReplicas: must be at least replicas (3), is 2\n"
       "spec.minReplicas: must be at most maxReplicas (2), is 3\n"},
      {"Function", R"({"minReplicas": 0, "maxReplicas": 2})",
       "spec.minReplicas: must be 1 or more, is 0; to stop all instances set replicas to 0\n"
       "spec.replicas: is 0: nothing is scaled until it is 1 or more\n"},
      {"Function", R"({"replicas": 0})", ""},
      {"Function", R"({"replicas": 0, "maxReplicas": 2})", ""},
  });
}

TEST(Validate, AutoscalingRulesFitEachOther) {
  expect_errors({
      {"Function", R"({"maxReplicas": 2, "pod": {"vpa": {"resourcePolicy":
                       {"containerPolicies": [{"containerName": "*"}, {}]}}}})",
       "spec.pod.vpa: is not possible together with maxReplicas: scale either the pods' resources "
       "or their number\n"
       "spec.pod.vpa.resourcePolicy.containerPolicies[1].containerName: is required: the container "
       "that the policy is for, or \"*\"\n"},
      {"Function",
       R"({"maxReplicas": 2, "pod": {"builtinAutoscaler":
           ["AverageUtilizationCPUPercent80", "AverageUtilizationCPUPercent20"]}})",
       "spec.pod.builtinAutoscaler: has more than one rule for CPU; choose one\n"},
  });
  expect_warnings({
      {"Function", R"({"maxReplicas": 2, "pod": {"builtinAutoscaler": ["CPU80"]}})",
       "spec.pod.builtinAutoscaler[0]: \"CPU80\" is no built-in rule and has no effect; there are "
       "AverageUtilizationCPUPercent and AverageUtilizationMemoryPercent with 80, 50 or 20 "
       "behind\n"},
      {"Function", R"({"pod": {"autoScalingMetrics": [{"type": "Resource"}]}})",
       "spec.pod: its autoscaling rules have no effect without maxReplicas\n"},
  });
}

TEST(Validate, ResourcesAreAmountsWithinTheirLimits) {
  expect_errors({
      {"Function", R"({"resources": {"requests": {"memory": 0}}})",
       "spec.resources.requests.memory: must be more than 0, is 0\n"
       "spec.resources.limits.memory: must be more than 0, is 0\n"},
      {"Function", R"({"resources": {"limits": {"memory": "1G", "cpu": "-1"}}})",
       "spec.resources.limits.cpu: must be 0 or more, is -1\n"},
      {"Function", R"({"resources": {"requests": {"memory": "1.1Gi", "cpu": 2},
                       "limits": {"memory": "1.1G", "cpu": "1500m"}}})",
       "spec.resources.requests.memory: is 1.1Gi, more than the limit of 1.1G\n"
       "spec.resources.requests.cpu: is 2, more than the limit of 1500m\n"},
      {"Function", R"({"resources": {"requests": {"storage": "-1"}}})",
       "spec.resources.requests.storage: must be 0 or more, is -1\n"},
  });
  // What was always accepted, even if Kubernetes then makes no pods.
  expect_warnings({
      {"Function", R"({"resources": {"requests": {"cpu": 2, "ephemeral-storage": "2Gi"},
                       "limits": {"cpu": 0, "ephemeral-storage": "1Gi", "x/gpu": -1}}})",
       "spec.resources.limits[\"x/gpu\"]: must be 0 or more, is -1\n"
       "spec.resources.requests.cpu: is 2, more than the limit of 0\n"
       "spec.resources.requests.ephemeral-storage: is 2Gi, more than the limit of 1Gi\n"},
  });
}

TEST(Validate, StateAndSecretsAreComplete) {
  expect_errors({
      {"Function", R"({"statefulConfig": {"pulsar": {"serviceUrl": ""}}})",
       "spec.statefulConfig.pulsar.serviceUrl: must not be empty: it is where the state store "
       "answers\n"},
  });
  expect_warnings({
      {"Function", R"({"secretsMap": {"a": {"path": "s"}, "b": {"key": "k"}}})",
       "spec.secretsMap.a.key: is missing, the key in the Secret: Kubernetes refuses the pods\n"
       "spec.secretsMap.b.path: is missing, the Secret's name: Kubernetes refuses the pods\n"},
      {"Function", R"({"volumeMounts": [{"name": "v", "mountPath": "/v"}]})",
       "spec.volumeMounts[0].name: there is no volume \"v\" in pod.volumes or "
       "volumeClaimTemplates\n"},
  });
}

TEST(Validate, OddPodSettingsAreOnlyTold) {
  expect_warnings({
      {"Function", R"({"pod": {"volumes": [{"name": "v"}, {"name": "v"}]}})",
       "spec.pod.volumes[1].name: there is another volume \"v\"; only the first counts\n"},
      {"Function", R"({"pod": {"liveness": {"periodSeconds": -1}}})",
       "spec.pod.liveness.periodSeconds: is -1, which counts as if it were not there\n"},
      {"Function", R"({"pod": {"terminationGracePeriodSeconds": -1}})",
       "spec.pod.terminationGracePeriodSeconds: is -1: an instance that has to end gets no time\n"},
  });
}

TEST(Validate, SaysWhatTheGoRuntimeCannotDo) {
  expect_errors({
      {"Function",
       R"({"java": null, "golang": {"go": "f"},
           "statefulConfig": {"pulsar": {"serviceUrl": "b"}}})",
       "spec.statefulConfig: the Go runtime has no state; use java or python\n"},
      {"Function", R"({"java": null, "golang": {"go": "f"}, "statefulConfig": {}})", ""},
  });
  expect_warnings({
      {"Function",
       R"({"java": null, "golang": {"go": "f"}, "input": {"topics": ["a", "b"]},
           "secretsMap": {"s": {"path": "p", "key": "k"}},
           "pulsar": {"authSecret": "a", "tlsConfig": {"enabled": true}}})",
       "spec.input: the Go runtime reads one topic; of these 2 it reads a\n"
       "spec.secretsMap: the Go runtime has no secrets of its own: read them from the environment\n"
       "spec.pulsar: the Go runtime knows no TLS: it connects without it\n"
       "spec.pulsar: the Go runtime does not authenticate: a broker that asks for it refuses the "
       "function\n"},
  });
}

TEST(Validate, WarnsOfALogTopicThatNobodyWrites) {
  expect_warnings({{"Source", R"({"logTopic": "l", "logTopicAgent": "runtime"})",
                    "spec.logTopicAgent: connectors do not write log topics themselves: nothing "
                    "arrives there; use sidecar\n"}});
}

TEST(Validate, AnUpdateIsJudgedLikeACreate) {
  Json object = good("Function");
  object.at("spec").as_object()["volumeClaimTemplates"] =
      json(R"([{"metadata": {"name": "data"}}])");
  const Decoded before = check(object);
  EXPECT_EQ(text_of(check(object, &before.resource).problems.errors), "");
  object.at("spec").as_object().erase("volumeClaimTemplates");
  object.at("spec").as_object().erase("pulsar");
  EXPECT_EQ(text_of(check(object, &before.resource).problems.errors),
            "spec.pulsar: is required: pulsarConfig in it names the ConfigMap of the Pulsar "
            "cluster to work with\n"
            "spec.volumeClaimTemplates: cannot be changed: a StatefulSet keeps the volumes that it "
            "was made with; create the function anew, under another name or after deleting it\n");
}

TEST(Validate, DoesNotRepeatWhatDecodingFound) {
  expect_errors({
      {"Function", R"({"pulsar": 1})", "spec.pulsar: expected an object, got a number\n"},
      {"Function", R"({"pulsar": {"pulsarConfig": 1}})",
       "spec.pulsar.pulsarConfig: expected a string, got a number; put it in quotes\n"},
      {"Function", R"({"input": {"topics": 5}})",
       "spec.input.topics: expected a list of strings, got a number\n"},
      {"Function", R"({"input": {"topics": [5, "a/b"]}})",
       "spec.input.topics[0]: expected a string, got a number; put it in quotes\n"
       "spec.input.topics[1]: \"a/b\" is no topic name: expected a plain name or "
       "tenant/namespace/name\n"},
      {"Function", R"({"java": null, "replicas": "x"})",
       "spec.replicas: expected a whole number, got a string\n"
       "spec: a runtime is required: one of java, python, golang and genericRuntime\n"},
  });
}

Json mesh(std::string_view spec) {
  Json object = json(R"({"apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "FunctionMesh",
                         "metadata": {"name": "m"}})");
  object.as_object()["spec"] = json(spec);
  return object;
}

// The spec of a function of a mesh, without a problem.
std::string entry(std::string_view name, std::string_view in, std::string_view out) {
  return R"({"name": ")" + std::string{name} +
         R"(", "className": "C", "java": {"jar": "j"}, "pulsar": {"pulsarConfig": "p"},
             "input": {"topics": [")" +
         std::string{in} + R"("]}, "output": {"topic": ")" + std::string{out} + "\"}}";
}

TEST(ValidateMesh, JudgesEveryEntryByItself) {
  const Problems problems = check(mesh(R"({"functions": [3, )" + entry("a", "i", "o") + ", " +
                                       entry("", "i", "o2") + R"(], "sources": [{"name": "s"}]})"))
                                .problems;
  EXPECT_EQ(text_of(problems.errors),
            "spec.functions[0]: expected an object, got a number\n"
            "spec.functions[2].name: is required: <mesh>-<name> is what the child is called\n"
            "spec.sources[0].java: is required: connectors run in Java\n"
            "spec.sources[0].sourceConfig: is required: the connector's configuration, {} when it "
            "needs none\n"
            "spec.sources[0].pulsar: is required: pulsarConfig in it names the ConfigMap of the "
            "Pulsar cluster to work with\n");
}

TEST(ValidateMesh, ChildrenNeedNamesOfTheirOwn) {
  const std::string longest(41, 'x');
  const Problems problems =
      check(mesh(R"({"functions": [)" + entry("a", "i", "o") + ", " + entry("a", "i", "o2") + ", " +
                 entry("A", "i", "o3") + ", " + entry(longest, "i", "o4") + ", " +
                 entry(longest + "x", "i", "o5") + "]}"))
          .problems;
  EXPECT_EQ(text_of(problems.errors),
            "spec.functions[1].name: \"a\" is the name of spec.functions[0] already; give each its "
            "own\n"
            "spec.functions[2].name: the child's name \"m-A\" is no possible name: expected "
            "lower-case letters, digits and '-', with a letter or digit at both ends\n"
            "spec.functions[4].name: the child's name \"m-" +
                longest +
                "x\" has 44 characters; at most 43 are possible, because what is made of it has "
                "longer names\n");
}

TEST(ValidateMesh, WarnsOfMessagesThatGoRound) {
  const Problems problems =
      check(mesh(R"({"functions": [)" + entry("x", "i", "a") + ", " + entry("a", "a", "b") + ", " +
                 entry("b", "b", "persistent://public/default/c") + ", " + entry("c", "c", "a") +
                 "]}"))
          .problems;
  EXPECT_EQ(text_of(problems.errors), "");
  EXPECT_EQ(text_of(problems.warnings),
            "spec.functions[1].output.topic: messages go round in a circle: a -> b -> c -> a\n");
}

TEST(ValidateMesh, CallsAFunctionThatReadsItsOwnOutputNoCircle) {
  const Problems problems =
      check(mesh(R"({"functions": [)" + entry("x", "a", "a") + "]}")).problems;
  EXPECT_EQ(problems.errors.size(), 1);
  EXPECT_EQ(text_of(problems.warnings), "");
}

TEST(ValidateMesh, WarnsOfTopicsThatAreALetterApart) {
  const Problems problems =
      check(mesh(R"({"functions": [)" + entry("a", "in", "orders") + ", " +
                 entry("b", "order", "out-1") + ", " + entry("c", "out-2", "end") + "]}"))
          .problems;
  EXPECT_EQ(text_of(problems.warnings),
            "spec.functions[1].input.topics[0]: nothing in this mesh writes "
            "persistent://public/default/order, and nothing reads "
            "persistent://public/default/orders (spec.functions[0].output.topic): are they to be "
            "the same?\n");
}

TEST(ValidateBackendConfig, WarnsOfWhatHasNoEffectThere) {
  const Decoded decoded = check(json(
      R"({"apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "BackendConfig",
          "metadata": {"name": "b"},
          "spec": {"env": {"A": "1"}, "pod": {"env": [{"name": "A"}],
                   "volumes": [{"name": "v"}], "liveness": {"failureThreshold": -2}}}})"));
  EXPECT_EQ(text_of(decoded.problems.errors), "");
  EXPECT_EQ(text_of(decoded.problems.warnings),
            "spec.pod.liveness.failureThreshold: is -2, which counts as if it were not there\n"
            "spec.pod.volumes: has no effect in a BackendConfig; set it on the resources\n"
            "spec.pod.env: has no effect in a BackendConfig; use spec.env\n");
}

}  // namespace
}  // namespace functionmesh::api
