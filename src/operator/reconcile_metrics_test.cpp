#include "operator/reconcile_metrics.hpp"

#include <gtest/gtest.h>

namespace functionmesh::process {
namespace {

using namespace std::chrono_literals;

std::string text_of(const ReconcileMetrics& metrics) {
  base::MetricsText text;
  metrics.write(text);
  return text.text();
}

TEST(ReconcileMetrics, CountByKindAndNamespace) {
  ReconcileMetrics metrics{false};
  const base::Error error{};
  metrics.add({.key = {"Function", "a", "one"}, .duration = 5ms});
  metrics.add({.key = {"Function", "a", "two"}, .duration = 50ms, .error = &error});
  metrics.add({.key = {"FunctionMesh", "b", "m"}, .duration = 1500us});
  metrics.forget({"Function", "a", "two"});
  const std::string text = text_of(metrics);
  for (const char* line :
       {"function_mesh_reconcile_count{type=\"function\",namespace=\"a\"} 2\n",
        "function_mesh_reconcile_count{type=\"functionmesh\",namespace=\"b\"} 1\n",
        "function_mesh_reconcile_errors_total{type=\"function\",namespace=\"a\"} 1\n",
        "function_mesh_reconcile_latency_bucket{type=\"function\",namespace=\"a\",le=\"10\"} 1\n",
        "function_mesh_reconcile_latency_bucket{type=\"function\",namespace=\"a\",le=\"60000\"} "
        "2\n",
        "function_mesh_reconcile_latency_sum{type=\"functionmesh\",namespace=\"b\"} 1.5\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(ReconcileMetrics, NamesAreALabelOnlyWhenAskedForAndEndWithTheObject) {
  ReconcileMetrics metrics{true};
  metrics.add({.key = {"Sink", "a", "one"}, .duration = 5ms});
  EXPECT_NE(text_of(metrics).find("{type=\"sink\",namespace=\"a\",name=\"one\"} 1"),
            std::string::npos);
  metrics.forget({"Sink", "a", "one"});
  EXPECT_EQ(text_of(metrics).find("one"), std::string::npos);
}

}  // namespace
}  // namespace functionmesh::process
