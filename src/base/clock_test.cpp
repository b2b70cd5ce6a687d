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

TEST(ManualClock, StandsStillUntilItIsMoved) {
  ManualClock clock;
  const TimePoint start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(1500ms);
  EXPECT_EQ(clock.now() - start, 1500ms);
}

}  // namespace
}  // namespace functionmesh::base
