#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

/// The configuration as the instance reads it, the shell's variables as they are.
Json configuration_of(std::string_view spec) {
  api::Component function = function_of(spec);
  function.spec.java.reset();
  function.spec.golang.emplace().go = "/pulsar/fn";
  for (const std::string& word : main_words(rendered(function))) {
    if (word.starts_with("GO_FUNCTION_CONF=")) {
      std::string text = word.substr(word.find('{'));
      const std::string_view shard = "\"instanceID\":${SHARD_ID}";
      text.replace(text.find(shard), shard.size(), "\"instanceID\":0");
      return base::parse_json(text).value_or(Json{});
    }
  }
  return {};
}

TEST(GoCommand, TellsTheInstanceWhatIsKnownOfItsTopicsAndSecrets) {
  const Json configuration = configuration_of(R"({
    input: {topics: [in], sourceSpecs: {in: {schemaType: JSON, receiverQueueSize: 7}}},
    output: {sinkSchemaType: AVRO}, retainKeyOrdering: true,
    secretsMap: {x: {path: s, key: k}},
    resources: {requests: {cpu: 50m, memory: 1Gi}, limits: {memory: 1Gi}}})");
  EXPECT_EQ(base::text_at(configuration, {"sourceSpecsTopic"}), "in");
  EXPECT_EQ(base::text_at(configuration, {"sourceSchemaType"}), "JSON");
  EXPECT_EQ(base::number_at(configuration, {"receiverQueueSize"}), 7);
  EXPECT_EQ(base::text_at(configuration, {"sinkSchemaType"}), "AVRO");
  EXPECT_EQ(base::number_at(configuration, {"subscriptionType"}), 2);
  EXPECT_EQ(base::text_at(configuration, {"secretsMap"}), R"({"x":{"path":"s","key":"k"}})");
  EXPECT_EQ(at(configuration, {"cpu"}).to_number<double>(), 0.05);
}

TEST(GoCommand, RoundsAmountsUpToWholeBytes) {
  const Json configuration = configuration_of(
      "{resources: {requests: {cpu: 50m, memory: 1.1Gi, storage: 1.5}, limits: {memory: 2Gi}}}");
  EXPECT_EQ(base::number_at(configuration, {"ram"}), 1181116007);
  EXPECT_EQ(base::number_at(configuration, {"disk"}), 2);
}

TEST(GoCommand, FindsTheTopicWhereverItIsGiven) {
  struct Case {
    const char* input;
    const char* topic;
    bool pattern;
  };
  for (const auto& [input, topic, pattern] : {
           Case{"{topics: [b, a]}", "b", false},
           Case{"{topics: null, topicPattern: p.*}", "p.*", true},
           Case{"{topics: null, customSerdeSources: {c: S}}", "c", false},
           Case{"{topics: null}", "", false},
       }) {
    const Json configuration = configuration_of(std::string{"{input: "} + input + "}");
    EXPECT_EQ(base::text_at(configuration, {"sourceSpecsTopic"}), topic) << input;
    EXPECT_EQ(at(configuration, {"isRegexPatternSubscription"}).as_bool(), pattern) << input;
  }
}

TEST(GoCommand, DoesNotShowTheConfiguration) {
  api::Component function = function_of();
  function.spec.java.reset();
  function.spec.golang.emplace().go = "/pulsar/fn";
  EXPECT_FALSE(script_of(main_of(rendered(function))).contains("echo goFunctionConfigs"));
}

}  // namespace
}  // namespace functionmesh::render
