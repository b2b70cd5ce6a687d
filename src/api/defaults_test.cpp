#include <gtest/gtest.h>

#include "api/resource.hpp"

namespace functionmesh::api {
namespace {

ComponentSpec defaulted(Kind kind, std::string_view spec) {
  const auto parsed = base::parse_json(spec);
  EXPECT_TRUE(parsed.has_value()) << spec;
  Decoded decoded = decode({{"apiVersion", kApiVersion},
                            {"kind", kind_name(kind)},
                            {"metadata", {{"name", "x"}}},
                            {"spec", parsed.value_or(Json{})}});
  set_defaults(decoded.resource);
  return std::get<Component>(decoded.resource).spec;
}

TEST(Defaults, FillInWhatEveryKindNeeds) {
  const ComponentSpec function = defaulted(Kind::function, "{}");
  EXPECT_EQ(function.name, "x");
  EXPECT_EQ(function.tenant, "public");
  EXPECT_EQ(function.namespace_, "default");
  EXPECT_EQ(function.cluster_name, "kubernetes");
  EXPECT_EQ(function.processing_guarantee, "atleast_once");
  EXPECT_EQ(function.auto_ack, true);
  EXPECT_EQ(function.forward_source_message_property, true);
  EXPECT_EQ(function.max_pending_async_requests, 1000);
  EXPECT_EQ(function.input.type_class_name, "[B");
  EXPECT_EQ(function.output.type_class_name, "[B");
  EXPECT_FALSE(function.output.producer_conf.has_value());

  const ComponentSpec source = defaulted(Kind::source, "{}");
  EXPECT_FALSE(source.auto_ack.has_value());
  EXPECT_FALSE(source.max_pending_async_requests.has_value());
  EXPECT_EQ(source.input.type_class_name, "");
  ASSERT_TRUE(source.output.producer_conf.has_value());
  EXPECT_EQ(source.output.producer_conf->max_pending_messages, 1000);
  EXPECT_EQ(source.output.producer_conf->max_pending_messages_across_partitions, 1000);
  EXPECT_TRUE(source.output.producer_conf->use_thread_local_producers);

  const ComponentSpec sink = defaulted(Kind::sink, "{}");
  EXPECT_EQ(sink.auto_ack, true);
  EXPECT_FALSE(sink.forward_source_message_property.has_value());
  EXPECT_EQ(sink.output.type_class_name, "");
}

TEST(Defaults, TakeOneNumberOfReplicasForTheOther) {
  struct Case {
    const char* spec;
    std::int32_t replicas;
    std::int32_t least;
  };
  for (const auto& [spec, replicas, least] : {
           Case{"{}", 1, 1},
           Case{R"({"replicas": 3})", 3, 1},  // the CRD's own default comes first
           Case{R"({"minReplicas": 2})", 2, 2},
           Case{R"({"replicas": 0})", 0, 1},
       }) {
    const ComponentSpec filled = defaulted(Kind::function, spec);
    EXPECT_EQ(filled.replicas, replicas) << spec;
    EXPECT_EQ(filled.min_replicas, least) << spec;
  }
}

TEST(Defaults, SeeToItThatThereIsMemory) {
  struct Case {
    const char* given;
    const char* filled;
  };
  constexpr const char* kWhole =
      R"({"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"1","memory":"1Gi"}})";
  for (const auto& [given, filled] : {
           Case{"null", kWhole},
           Case{"{}", kWhole},
           Case{R"({"requests":{}})", kWhole},
           Case{R"({"requests":{"cpu":"2","memory":"3G"}})",
                R"({"requests":{"cpu":"2","memory":"3G"},"limits":{"memory":"3G"}})"},
           Case{R"({"limits":{"memory":"3G"}})",
                R"({"limits":{"memory":"3G"},"requests":{"memory":"3G"}})"},
           Case{R"({"requests":{"cpu":"0"}})",
                R"({"requests":{"cpu":"0","memory":"1Gi"},"limits":{"memory":"1Gi"}})"},
           Case{R"({"requests":{"memory":1},"limits":{"memory":2}})",
                R"({"requests":{"memory":1},"limits":{"memory":2}})"},
       }) {
    const ComponentSpec spec =
        defaulted(Kind::sink, R"({"resources": )" + std::string{given} + "}");
    EXPECT_EQ(base::write_json(spec.resources.value()), filled) << given;
  }
}

TEST(Defaults, ChooseWhoWritesTheLogTopic) {
  EXPECT_EQ(defaulted(Kind::function, "{}").log_topic_agent, "");
  EXPECT_EQ(defaulted(Kind::function, R"({"logTopic": "l"})").log_topic_agent, "runtime");
  EXPECT_EQ(defaulted(Kind::sink, R"({"logTopic": "l"})").log_topic_agent, "sidecar");
}

TEST(Defaults, CompleteWindows) {
  const auto window = [](std::string_view given) {
    return *defaulted(Kind::function, R"({"windowConfig": )" + std::string{given} + "}")
                .window_config;
  };
  EXPECT_EQ(window(R"({"windowLengthDurationMs": 7})").sliding_interval_duration_ms, 7);
  EXPECT_FALSE(window(R"({"windowLengthDurationMs": 7})").max_lag_ms.has_value());
  const WindowConfig counted = window(R"({"windowLengthCount": 5, "maxLagMs": 9})");
  EXPECT_EQ(counted.max_lag_ms, 9);
  EXPECT_EQ(counted.watermark_emit_interval_ms, 1000);
  EXPECT_FALSE(counted.sliding_interval_count.has_value());
  EXPECT_FALSE(window(R"({"windowLengthCount": 5, "slidingIntervalCount": 5})")
                   .watermark_emit_interval_ms.has_value());
}

TEST(Defaults, ReachTheEntriesOfAMesh) {
  Decoded decoded = decode({{"apiVersion", kApiVersion},
                            {"kind", "FunctionMesh"},
                            {"metadata", {{"name", "m"}}},
                            {"spec", {{"sinks", JsonArray{JsonObject{{"name", "a"}}}}}}});
  set_defaults(decoded.resource);
  const MeshEntry& entry = std::get<Mesh>(decoded.resource).sinks.at(0);
  EXPECT_EQ(entry.spec.auto_ack, true);
  EXPECT_EQ(base::write_json(entry.raw), R"({"name":"a"})");
}

}  // namespace
}  // namespace functionmesh::api
