#include <gtest/gtest.h>

#include <array>

#include "api/resource.hpp"

namespace functionmesh::api {
namespace {

Json resource(std::string_view kind, std::string_view spec) {
  const auto parsed = base::parse_json(spec);
  EXPECT_TRUE(parsed.has_value()) << spec;
  return {
      {"apiVersion", kApiVersion},
      {"kind", kind},
      {"metadata", {{"name", "x"}}},
      {"spec", parsed.value_or(Json{})},
  };
}

std::string text_of(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += problem.field + ": " + problem.message + "\n";
  }
  return text;
}

struct Case {
  const char* kind;
  const char* spec;
  const char* said;
};

TEST(Decode, NamesThePathWhatWasExpectedAndWhatWasGiven) {
  for (const auto& [kind, spec, said] : std::array{
           Case{"Function", R"({"input": {"topics": 5}})",
                "spec.input.topics: expected a list of strings, got a number\n"},
           Case{"FunctionMesh", R"({"functions": [{}, {"input": {"topics": 5}}]})",
                "spec.functions[1].input.topics: expected a list of strings, got a number\n"},
           Case{"Function", R"({"input": {"topics": ["a", null]}})",
                "spec.input.topics[1]: expected a string, got null\n"},
           Case{"Function",
                R"({"input": {"sourceSpecs": {"persistent://a/b/c": {"receiverQueueSize": "1"}}}})",
                "spec.input.sourceSpecs[\"persistent://a/b/c\"].receiverQueueSize: expected a "
                "whole number, got a string\n"},
           Case{"Function", R"({"tenant": 1})",
                "spec.tenant: expected a string, got a number; put it in quotes\n"},
           Case{"Function", R"({"autoAck": "yes"})",
                "spec.autoAck: expected true or false, got a string\n"},
           Case{"Function", R"({"replicas": 1.5})",
                "spec.replicas: expected a whole number, got 1.5\n"},
           Case{"Function", R"({"replicas": -1})", "spec.replicas: must be 0 or more, is -1\n"},
           Case{"Function", R"({"maxReplicas": 3000000000})",
                "spec.maxReplicas: expected a whole number from -2147483648 to 2147483647, got "
                "3000000000\n"},
           Case{"Function", R"({"processingGuarantee": "exactly"})",
                "spec.processingGuarantee: \"exactly\" is not one of atleast_once, atmost_once, "
                "effectively_once, manual\n"},
           Case{"Function", R"({"java": {}})", "spec.java.jar: is required and was not given\n"},
           Case{"Function", R"({"java": []})", "spec.java: expected an object, got a list\n"},
           Case{"Function", R"({"secretsMap": {"a": 1}})",
                "spec.secretsMap.a: expected an object, got a number\n"},
           Case{"Function", R"({"input": {"customSerdeSources": []}})",
                "spec.input.customSerdeSources: expected a map of strings, got a list\n"},
           Case{"Function", R"({"sourceConfig": {"configs": 1}})",
                "spec.sourceConfig.configs: expected an object, got a number\n"},
           Case{"FunctionMesh", R"({"sinks": {}})",
                "spec.sinks: expected a list of objects, got an object\n"},
           Case{"Function", "[]", "spec: expected an object, got a list\n"},
       }) {
    EXPECT_EQ(text_of(decode(resource(kind, spec)).problems.errors), said) << spec;
  }
}

TEST(Decode, ChecksTheKubernetesPartsThatAreRead) {
  for (const auto& [kind, spec, said] : std::array{
           Case{"Function", R"({"pod": {"env": {}}})",
                "spec.pod.env: expected a list of objects, got an object\n"},
           Case{"Function", R"({"pod": {"env": [{"name": "A", "value": 1}, {"value": "x"}]}})",
                "spec.pod.env[0].value: expected a string, got a number; put it in quotes\n"
                "spec.pod.env[1].name: is required and was not given\n"},
           Case{"Function", R"({"pod": {"sidecars": [{"name": "s", "args": "x"}]}})",
                "spec.pod.sidecars[0].args: expected a list of strings, got a string\n"},
           Case{"Function", R"({"pod": {"volumes": ["x"]}})",
                "spec.pod.volumes[0]: expected an object, got a string\n"},
           Case{"Sink", R"({"volumeMounts": [{"name": "x"}]})",
                "spec.volumeMounts[0].mountPath: is required and was not given\n"},
           Case{"Function", R"({"resources": {"limits": {"memory": "1x", "cpu": 2}}})",
                "spec.resources.limits.memory: 'x' is not a suffix; known are n u m k M G T P "
                "E Ki Mi Gi Ti Pi Ei\n"},
           Case{"Function", R"({"pod": {"vpa": {"updatePolicy": {"updateMode": "Of"}}}})",
                "spec.pod.vpa.updatePolicy.updateMode: \"Of\" is not one of Off, Initial, "
                "Recreate, Auto\n"},
       }) {
    EXPECT_EQ(text_of(decode(resource(kind, spec)).problems.errors), said) << spec;
  }
}

TEST(Decode, WarnsOfUnknownFieldsWithTheNearestName) {
  for (const auto& [kind, spec, said] : std::array{
           Case{"Function", R"({"inputs": {}})",
                "spec.inputs: unknown field; did you mean input?\n"},
           Case{"Function", R"({"output": {"producerConf": {"compresionType": "LZ4"}}})",
                "spec.output.producerConf.compresionType: unknown field; did you mean "
                "compressionType?\n"},
           Case{"Function", R"({"topics": ["a"], "authSecret": "s"})",
                "spec.topics: unknown field; did you mean input.topics?\n"
                "spec.authSecret: unknown field; did you mean pulsar.authSecret?\n"},
           Case{"Function", R"({"somethingElseAltogether": 1})",
                "spec.somethingElseAltogether: unknown field; it is ignored\n"},
           Case{"Source", R"({"input": {}})",
                "spec.input: this kind has no such field; it is ignored\n"},
           Case{"FunctionMesh", R"({"sinks": [{"output": {}}]})",
                "spec.sinks[0].output: this kind has no such field; it is ignored\n"},
       }) {
    const Decoded decoded = decode(resource(kind, spec));
    EXPECT_EQ(text_of(decoded.problems.warnings), said) << spec;
    EXPECT_EQ(text_of(decoded.problems.errors), "") << spec;
  }
  Json wrong = resource("Function", "{}");
  wrong.as_object()["Spec"] = JsonObject{};
  wrong.as_object()["metadata"].as_object()["label"] = "x";
  EXPECT_EQ(text_of(decode(wrong).problems.warnings),
            "Spec: unknown field; did you mean spec?\n"
            "metadata.label: unknown field; did you mean labels?\n");
}

TEST(Decode, WarnsOfWhatOnlyAClusterRequires) {
  const Problems problems =
      decode(resource("Function", R"({"windowConfig": {"windowLengthCount": 1}})")).problems;
  EXPECT_EQ(text_of(problems.errors), "");
  EXPECT_EQ(text_of(problems.warnings),
            "spec.windowConfig.actualWindowFunctionClassName: is required in a cluster: Kubernetes "
            "refuses the resource without it\n");
}

TEST(Decode, KeepsTheRestWhenAPartIsWrong) {
  const Decoded decoded = decode(resource(
      "FunctionMesh",
      R"({"functions": [3, {"name": "a", "replicas": "x"}, {"name": "b", "className": "C"}]})"));
  const auto& mesh = std::get<Mesh>(decoded.resource);
  ASSERT_EQ(mesh.functions.size(), 3);
  EXPECT_EQ(mesh.functions[0].spec.name, "");
  EXPECT_EQ(mesh.functions[1].spec.name, "a");
  EXPECT_EQ(mesh.functions[2].spec.class_name, "C");
  EXPECT_EQ(decoded.problems.errors.size(), 2);
}

TEST(Decode, ReadsWhatSourceConfigMeansForEachKind) {
  const auto spec_of = [](std::string_view kind) {
    const Decoded decoded = decode(resource(
        kind, R"({"sourceConfig": {"sourceType": "kafka", "configs": {"n": 0.5, "e": null}}})"));
    return std::get<Component>(decoded.resource).spec;
  };
  const ComponentSpec function = spec_of("Function");
  ASSERT_TRUE(function.source_connector.has_value());
  EXPECT_EQ(function.source_connector->connector_type, "kafka");
  EXPECT_EQ(base::write_json(*function.source_connector->configs), R"({"n":0.5,"e":null})");
  EXPECT_FALSE(function.source_config.has_value());

  const ComponentSpec source = spec_of("Source");
  EXPECT_FALSE(source.source_connector.has_value());
  ASSERT_TRUE(source.source_config.has_value());
  EXPECT_EQ(base::write_json(*source.source_config),
            R"({"sourceType":"kafka","configs":{"n":0.5,"e":null}})");
}

TEST(Decode, TakesNullForAbsent) {
  const Decoded decoded =
      decode(resource("Function", R"({"autoAck": null, "java": null, "minReplicas": null})"));
  const auto& spec = std::get<Component>(decoded.resource).spec;
  EXPECT_EQ(text_of(decoded.problems.errors), "");
  EXPECT_FALSE(spec.auto_ack.has_value());
  EXPECT_FALSE(spec.java.has_value());
  EXPECT_EQ(spec.min_replicas, 1);
}

TEST(Decode, FillsInTheCrdDefaultInsideMeshesToo) {
  const Decoded decoded = decode(resource("FunctionMesh", R"({"sinks": [{"name": "a"}]})"));
  const auto& mesh = std::get<Mesh>(decoded.resource);
  EXPECT_EQ(mesh.sinks.at(0).spec.min_replicas, 1);
  EXPECT_EQ(base::write_json(mesh.sinks.at(0).raw), R"({"name":"a"})");
}

TEST(Decode, DoesNotJudgeWhatTheServerSet) {
  Json given = resource("Function", "{}");
  given.as_object()["status"] = 7;
  JsonObject& metadata = given.as_object()["metadata"].as_object();
  metadata["managedFields"] = JsonArray{1};
  metadata["generation"] = "x";
  metadata["uid"] = "u-1";
  const Decoded decoded = decode(given);
  EXPECT_EQ(text_of(decoded.problems.errors), "");
  EXPECT_EQ(text_of(decoded.problems.warnings), "");
  EXPECT_EQ(metadata_of(decoded.resource).uid, "u-1");
  EXPECT_EQ(display_name(decoded.resource), "Function/default/x");
}

TEST(Decode, SurvivesAnyJson) {
  for (const char* text : {"null", "1", "[]", "{}", R"({"kind": 1})", R"({"kind": "Function"})",
                           R"({"kind": "FunctionMesh", "spec": {"functions": [[[]]]}})"}) {
    const Decoded decoded = decode(*base::parse_json(text));
    EXPECT_FALSE(decoded.problems.errors.empty()) << text;
  }
}

TEST(MeshChild, IsOwnedByTheMeshAndHasTheEntryAsItsSpec) {
  const Decoded decoded = decode(resource(
      "FunctionMesh", R"({"functions": [{"name": "a", "x": 1, "funcConfig": {"k": 1e2}}]})"));
  const auto& mesh = std::get<Mesh>(decoded.resource);
  EXPECT_EQ(base::write_json(mesh_child(mesh, Kind::function, mesh.functions.at(0))),
            R"({"apiVersion":"compute.functionmesh.io/v1alpha1","kind":"Function","metadata":)"
            R"({"name":"x-a","namespace":"default","ownerReferences":[{"apiVersion":)"
            R"("compute.functionmesh.io/v1alpha1","kind":"FunctionMesh","name":"x","uid":)"
            R"("00000000-0000-0000-0000-000000000000","controller":true,)"
            R"("blockOwnerDeletion":true}]},"spec":{"name":"a","x":1,"funcConfig":{"k":100}}})");
}

}  // namespace
}  // namespace functionmesh::api
