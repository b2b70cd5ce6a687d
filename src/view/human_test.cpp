#include "view/human.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace functionmesh::view {
namespace {

using std::chrono::seconds;

TEST(Human, CountsAreShort) {
  struct Case {
    std::int64_t count;
    const char* text;
  };
  for (const auto& [count, text] : {
           Case{0, "0"},
           Case{999, "999"},
           Case{1000, "1k"},
           Case{1234, "1.2k"},
           Case{9960, "10k"},
           Case{34'500, "35k"},
           Case{999'600, "1M"},
           Case{5'600'000, "5.6M"},
           Case{INT64_MAX, "9223372T"},
           Case{-1500, "-1.5k"},
       }) {
    EXPECT_EQ(human_count(count), text);
  }
}

TEST(Human, RatesArePerSecond) {
  EXPECT_EQ(human_rate(std::nullopt), "-");
  EXPECT_EQ(human_rate(NAN), "-");
  EXPECT_EQ(human_rate(0), "0/s");
  EXPECT_EQ(human_rate(0.01), "<0.1/s");
  EXPECT_EQ(human_rate(0.24), "0.2/s");
  EXPECT_EQ(human_rate(12.4), "12/s");
  EXPECT_EQ(human_rate(999.7), "1k/s");
  EXPECT_EQ(human_rate(1234), "1.2k/s");
}

TEST(Human, AgesAreShort) {
  struct Case {
    std::int64_t age;
    const char* text;
  };
  for (const auto& [age, text] : {
           Case{-5, "0s"},
           Case{0, "0s"},
           Case{119, "119s"},
           Case{120, "2m"},
           Case{200, "3m20s"},
           Case{25 * 60 + 59, "25m"},
           Case{5 * 3600 + 600, "5h10m"},
           Case{30 * 3600, "30h"},
           Case{3 * 86400 + 4 * 3600, "3d4h"},
           Case{90 * 86400, "90d"},
           Case{800 * 86400, "2y"},
       }) {
    EXPECT_EQ(human_age(seconds(age)), text);
  }
}

TEST(Human, ReadsTheTimesOfKubernetes) {
  const base::TimePoint noon =
      std::chrono::sys_days{std::chrono::year(2026) / 1 / 31} + std::chrono::hours(12);
  EXPECT_EQ(time_of("2026-01-31T12:00:00Z"), noon);
  EXPECT_EQ(time_of("2026-01-31T12:00:00.123456Z"), noon);
  for (const char* text : {"", "yesterday", "2026-02-31T12:00:00Z", "2026-01-31T12:00:00",
                           "2026-01-31T1x:00:00Z", "2026-01-31T-1:00:00Z"}) {
    EXPECT_EQ(time_of(text), std::nullopt) << text;
  }
  EXPECT_EQ(age_since("2026-01-31T11:59:00Z", noon), "60s");
  EXPECT_EQ(age_since("", noon), "-");
}

}  // namespace
}  // namespace functionmesh::view
