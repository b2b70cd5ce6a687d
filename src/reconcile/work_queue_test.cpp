#include "reconcile/work_queue.hpp"

#include <gtest/gtest.h>

namespace functionmesh::reconcile {
namespace {

using std::chrono::milliseconds;

const Key kA{"Function", "default", "a"};
const Key kB{"Function", "default", "b"};
const TimePoint kStart{std::chrono::seconds{1'000}};

TEST(WorkQueue, GivesOutAKeyOnceHoweverOftenItWasAdded) {
  WorkQueue queue;
  queue.add(kA, kStart);
  queue.add(kA, kStart);
  EXPECT_EQ(queue.take(kStart), kA);
  EXPECT_EQ(queue.take(kStart), std::nullopt);
}

TEST(WorkQueue, KeepsTheEarlierOfTwoTimes) {
  WorkQueue queue;
  queue.add(kA, kStart + milliseconds{50});
  queue.add(kA, kStart + milliseconds{20});
  queue.add(kA, kStart + milliseconds{90});
  EXPECT_EQ(queue.next(), kStart + milliseconds{20});
  EXPECT_EQ(queue.take(kStart + milliseconds{19}), std::nullopt);
  EXPECT_EQ(queue.take(kStart + milliseconds{20}), kA);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(WorkQueue, GivesOutWhatIsDueLongestFirst) {
  WorkQueue queue;
  queue.add(kA, kStart + milliseconds{2});
  queue.add(kB, kStart + milliseconds{1});
  EXPECT_EQ(queue.take(kStart + milliseconds{5}), kB);
  EXPECT_EQ(queue.take(kStart + milliseconds{5}), kA);
}

TEST(WorkQueue, DoesNotGiveOutARunningKeyButKeepsItForLater) {
  WorkQueue queue;
  queue.add(kA, kStart);
  ASSERT_EQ(queue.take(kStart), kA);
  queue.add(kA, kStart);
  EXPECT_EQ(queue.take(kStart), std::nullopt);
  EXPECT_EQ(queue.running(), 1U);
  queue.succeed(kA);
  EXPECT_EQ(queue.running(), 0U);
  EXPECT_EQ(queue.take(kStart), kA);
}

TEST(WorkQueue, WaitsLongerAfterEachFailureUpToALimit) {
  WorkQueue queue{{.first = milliseconds{100}, .longest = milliseconds{1'000}}};
  TimePoint now = kStart;
  milliseconds before{0};
  queue.add(kA, now);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(queue.take(now), kA);
    queue.fail(kA, now);
    const milliseconds pause = *queue.next() - now;
    EXPECT_GE(pause, before);
    EXPECT_GE(pause, milliseconds{100});
    EXPECT_LE(pause, milliseconds{1'000});
    before = pause;
    now += pause;
  }
  EXPECT_EQ(before, milliseconds{1'000});
}

TEST(WorkQueue, ForgetsFailuresAfterASuccess) {
  WorkQueue queue{{.first = milliseconds{100}, .longest = milliseconds{100'000}}};
  queue.add(kA, kStart);
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(queue.take(kStart + std::chrono::hours{i}));
    queue.fail(kA, kStart + std::chrono::hours{i});
  }
  ASSERT_TRUE(queue.take(kStart + std::chrono::hours{7}));
  queue.succeed(kA);
  queue.add(kA, kStart);
  ASSERT_TRUE(queue.take(kStart));
  queue.fail(kA, kStart);
  EXPECT_LE(*queue.next() - kStart, milliseconds{120});
}

TEST(WorkQueue, BringsAFailedKeyBackAtOnceWhenItChanges) {
  WorkQueue queue;
  queue.add(kA, kStart);
  ASSERT_EQ(queue.take(kStart), kA);
  queue.add(kA, kStart);
  queue.fail(kA, kStart);
  EXPECT_EQ(queue.take(kStart), kA);
}

TEST(WorkQueue, SpreadsTheReturnOfManyKeys) {
  WorkQueue queue;
  std::set<milliseconds> pauses;
  for (int i = 0; i < 50; ++i) {
    const Key key{"Function", "default", "f" + std::to_string(i)};
    queue.add(key, kStart);
    ASSERT_EQ(queue.take(kStart), key);
    const auto before = queue.next();
    queue.fail(key, kStart);
    if (queue.next() != before) {
      pauses.insert(*queue.next() - kStart);
    }
  }
  EXPECT_GT(pauses.size(), 1U);
}

}  // namespace
}  // namespace functionmesh::reconcile
