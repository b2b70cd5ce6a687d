#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

std::string metrics_of(std::string_view spec) {
  const Objects objects = rendered(function_of(spec));
  if (!objects.autoscaler) {
    return "no autoscaler";
  }
  std::string text;
  const Json& metrics = at(*objects.autoscaler, {"spec", "metrics"});
  if (metrics.is_array()) {
    for (const Json& metric : metrics.get_array()) {
      text +=
          std::string{base::text_at(metric, {"resource", "name"})} + " " +
          std::to_string(base::number_at(metric, {"resource", "target", "averageUtilization"})) +
          ";";
    }
  }
  return text;
}

constexpr const char* kEqual =
    "resources: {requests: {cpu: 1, memory: 1Gi}, "
    "limits: {cpu: 1, memory: 1Gi}}";

TEST(Autoscaler, ScalesByTheRulesAskedFor) {
  struct Case {
    std::string spec;
    const char* metrics;
  };
  const std::string equal = kEqual;
  for (const auto& [spec, metrics] : {
           Case{"{}", "no autoscaler"},
           Case{"{maxReplicas: 3, " + equal + "}", "cpu 80;"},
           Case{"{maxReplicas: 1, " + equal + "}", ""},
           Case{"{maxReplicas: 3, " + equal +
                    ", pod: {builtinAutoscaler: [AverageUtilizationMemoryPercent20, "
                    "AverageUtilizationCPUPercent50, AverageUtilizationCPUPercent20]}}",
                "memory 20;cpu 50;"},
           Case{"{maxReplicas: 3, " + equal + ", pod: {builtinAutoscaler: [Nonsense]}}", ""},
       }) {
    EXPECT_EQ(metrics_of(spec), metrics) << spec;
  }
}

TEST(Autoscaler, MeansPercentOfTheLimitThoughTheClusterCountsOfTheRequest) {
  EXPECT_EQ(metrics_of("{maxReplicas: 3, resources: {requests: {cpu: 500m, memory: 1Gi}, "
                       "limits: {cpu: 1, memory: 1Gi}}}"),
            "cpu 160;");
  EXPECT_EQ(metrics_of("{maxReplicas: 3, resources: {requests: {cpu: 3, memory: 1Gi}, "
                       "limits: {cpu: 4, memory: 1Gi}}}"),
            "cpu 106;");
}

TEST(Autoscaler, KeepsBehaviourBesideBuiltInRules) {
  const Objects objects = rendered(function_of(R"({maxReplicas: 3, pod: {
    builtinAutoscaler: [AverageUtilizationCPUPercent80],
    autoScalingBehavior: {scaleDown: {stabilizationWindowSeconds: 60}}}})"));
  EXPECT_EQ(base::write_json(at(*objects.autoscaler, {"spec", "behavior"})),
            R"({"scaleDown":{"stabilizationWindowSeconds":60}})");
  EXPECT_EQ(at(*objects.autoscaler, {"spec", "metrics"}).as_array().size(), 1U);
}

TEST(Autoscaler, ScalesTheResourceItself) {
  const Objects objects = rendered(function_of("{maxReplicas: 3}"));
  EXPECT_EQ(base::write_json(at(*objects.autoscaler, {"spec", "scaleTargetRef"})),
            R"({"apiVersion":"compute.functionmesh.io/v1alpha1","kind":"Function","name":"fn"})");
}

}  // namespace
}  // namespace functionmesh::render
