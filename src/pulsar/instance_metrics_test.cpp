#include "pulsar/instance_metrics.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace functionmesh::pulsar {
namespace {

/// What an instance of Pulsar 4.0.8 showed.
std::string recorded(const char* name) {
  std::ifstream stream(std::string("src/pulsar/testdata/") + name);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(InstanceMetrics, ReadsEveryRuntimeAndKind) {
  const struct {
    const char* file;
    Counters expected;
  } cases[] = {
      {"java_function.metrics", {7, 7, 0, 0, 0.5117430000000001 / 7}},
      {"python_function.metrics", {6, 5, 1, 0, 0.016689300537109375 / 5}},
      {"java_source.metrics", {375, 379, 0, 0, 0}},
      {"java_sink.metrics", {238, 238, 0, 0, 0}},
  };
  for (const auto& c : cases) {
    const auto counters = parse_metrics(recorded(c.file));
    ASSERT_TRUE(counters.has_value()) << c.file << ": " << counters.error().message;
    EXPECT_EQ(counters->received, c.expected.received) << c.file;
    EXPECT_EQ(counters->written, c.expected.written) << c.file;
    EXPECT_EQ(counters->user_exceptions, c.expected.user_exceptions) << c.file;
    EXPECT_EQ(counters->system_exceptions, c.expected.system_exceptions) << c.file;
    EXPECT_DOUBLE_EQ(counters->latency_ms, c.expected.latency_ms) << c.file;
  }
}

TEST(InstanceMetrics, ReadsGoodLinesAmongBadOnes) {
  const auto counters = parse_metrics(
      "pulsar_function_received_total\n"
      "pulsar_function_received_total{a=\"}\\\"} 5\",} 3\n"
      "pulsar_function_received_total{a=\"b\"\n"
      "pulsar_function_received_total NaN\n"
      "pulsar_function_received_total -1e400\n"
      "pulsar_function_received_total_created 77\n"
      "pulsar_function_user_exceptions_total 1.0E3 1795419369623\n"
      "pulsar_source_source_exceptions_total 2\r\n"
      "pulsar_sink_written_total 1e300");
  ASSERT_TRUE(counters.has_value());
  EXPECT_EQ(counters->received, 3);
  EXPECT_EQ(counters->user_exceptions, 1000);
  EXPECT_EQ(counters->system_exceptions, 2);
  EXPECT_EQ(counters->written, 9'000'000'000'000'000'000);
}

TEST(InstanceMetrics, RefusesTheMetricsOfSomethingElse) {
  EXPECT_FALSE(parse_metrics("").has_value());
  EXPECT_FALSE(parse_metrics("<html></html>").has_value());
  EXPECT_FALSE(parse_metrics("jvm_threads_current 12\n").has_value());
}

TEST(InstanceMetrics, GivesRatesAlsoAcrossARestart) {
  using std::chrono::seconds;
  const Rates steady = rates({10, 5, 1, 1}, {30, 25, 2, 4}, seconds{2});
  EXPECT_DOUBLE_EQ(steady.received, 10);
  EXPECT_DOUBLE_EQ(steady.written, 10);
  EXPECT_DOUBLE_EQ(steady.errors, 2);
  const Rates restarted = rates({1000, 1000, 0, 0}, {8, 6, 0, 0}, seconds{2});
  EXPECT_DOUBLE_EQ(restarted.received, 4);
  EXPECT_DOUBLE_EQ(restarted.written, 3);
  EXPECT_DOUBLE_EQ(rates({1}, {2}, seconds{0}).received, 0);
}

}  // namespace
}  // namespace functionmesh::pulsar
