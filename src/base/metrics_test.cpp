#include "base/metrics.hpp"

#include <gtest/gtest.h>

namespace functionmesh::base {
namespace {

TEST(MetricsText, WritesFamiliesAndSamples) {
  MetricsText text;
  text.family("a_total", "counter", "how many");
  text.sample({{"kind", "Pod"}, {"odd", "a\"b\\c\nd"}}, 3);
  text.sample({}, 0.25);
  EXPECT_EQ(text.text(),
            "# HELP a_total how many\n# TYPE a_total counter\n"
            "a_total{kind=\"Pod\",odd=\"a\\\"b\\\\c\\nd\"} 3\na_total 0.25\n");
}

TEST(MetricsText, WritesHistogramsCumulated) {
  Histogram histogram{{10, 100}};
  for (const double value : {1.0, 10.0, 10.5, 1000.0}) {
    histogram.observe(value);
  }
  MetricsText text;
  text.family("h", "histogram", "x");
  text.sample({{"a", "b"}}, histogram);
  EXPECT_EQ(text.text(),
            "# HELP h x\n# TYPE h histogram\nh_bucket{a=\"b\",le=\"10\"} 2\n"
            "h_bucket{a=\"b\",le=\"100\"} 3\nh_bucket{a=\"b\",le=\"+Inf\"} 4\n"
            "h_sum{a=\"b\"} 1021.5\nh_count{a=\"b\"} 4\n");
}

}  // namespace
}  // namespace functionmesh::base
