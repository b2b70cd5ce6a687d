#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

TEST(ConnectorDetails, TakesTheConnectorsNameWhereverItIs) {
  struct Case {
    const char* connector;
    const char* builtin;
    const char* configs;
  };
  for (const auto& [connector, builtin, configs] : {
           Case{"{sourceType: kafka, configs: {topic: t}}", "kafka", R"({"topic":"t"})"},
           Case{"{configs: {builtin: kafka, topic: t}}", "kafka", R"({"topic":"t"})"},
           Case{"{configs: {archive: 'builtin://kafka', topic: t}}", "kafka", R"({"topic":"t"})"},
           Case{"{configs: {archive: 'builtin://kafka'}}", "kafka",
                R"({"archive":"builtin://kafka"})"},
           Case{"{sourceType: kafka, configs: {configs: {topic: under, a: 1}, topic: over}}",
                "kafka", R"({"a":1,"topic":"over"})"},
           Case{"{sourceType: kafka}", "kafka", ""},
       }) {
    const std::string spec = std::string{"{sourceConfig: "} + connector + "}";
    const Json details = details_of(rendered(function_of(spec)));
    EXPECT_EQ(base::text_at(details, {"source", "builtin"}), builtin) << connector;
    EXPECT_EQ(base::text_at(details, {"source", "configs"}), configs) << connector;
  }
}

TEST(ConnectorDetails, TellsASinkItsType) {
  const Json details = details_of(
      rendered(function_of("{sinkConfig: {sinkType: jdbc, className: S, configs: {user: u}}}")));
  EXPECT_EQ(base::text_at(details, {"sink", "configs"}), R"({"sinkType":"jdbc","user":"u"})");
  EXPECT_EQ(base::text_at(details, {"sink", "className"}), "S");
}

TEST(ConnectorDetails, LeavesTheTopicsWhenTheConnectorSaysNothing) {
  const Json details = details_of(rendered(function_of("{sourceConfig: {}}")));
  EXPECT_EQ(base::find(details, {"source", "builtin"}), nullptr);
  EXPECT_EQ(base::find(details, {"source", "configs"}), nullptr);
  EXPECT_NE(base::find(details, {"source", "inputSpecs", "in"}), nullptr);
}

}  // namespace
}  // namespace functionmesh::render
