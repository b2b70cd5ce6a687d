#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace functionmesh::base {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, IsWholeSecondsInUtc) {
  EXPECT_EQ(rfc3339(TimePoint{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(TimePoint{1'700'000'000'999ms}), "2023-11-14T22:13:20Z");
  EXPECT_EQ(rfc3339(TimePoint{951'782'400s}), "2000-02-29T00:00:00Z");
}

TEST(Rfc3339, HasMicrosecondsForALease) {
  EXPECT_EQ(rfc3339_micros(TimePoint{1'700'000'000'007ms}), "2023-11-14T22:13:20.007000Z");
}

TEST(Rfc3339, IsReadWithFractionAndOffset) {
  const TimePoint time{1'700'000'000'000ms};
  EXPECT_EQ(parse_rfc3339("2023-11-14T22:13:20Z"), time);
  EXPECT_EQ(parse_rfc3339("2023-11-14T22:13:20.5Z"), time + 500ms);
  EXPECT_EQ(parse_rfc3339("2023-11-14T22:13:20.123456789Z"), time + 123ms);
  EXPECT_EQ(parse_rfc3339("2023-11-15T00:13:20+02:00"), time);
  EXPECT_EQ(parse_rfc3339("2023-11-14T17:43:20-04:30"), time);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2023", "2023-11-14", "2023-11-14T22:13:20", "2023-13-14T22:13:20Z",
        "2023-02-30T22:13:20Z", "2023-11-14T24:13:20Z", "2023-11-14T22:13:20.Z",
        "2023-11-14T22:13:20Zx", "+023-11-14T22:13:20Z", "2023-11-14T22:13:20+02"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(ManualClock, StandsStillUntilItIsMoved) {
  ManualClock clock;
  const TimePoint start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(1500ms);
  EXPECT_EQ(clock.now() - start, 1500ms);
}

}  // namespace
}  // namespace functionmesh::base
