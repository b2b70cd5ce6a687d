#include "reconcile/work_queue.hpp"

#include <gtest/gtest.h>

namespace functionmesh::reconcile {
namespace {

using std::chrono::milliseconds;

const Key kA{"Function", "default", "a"};
const Key kB{"Function", "default", "b"};
const TimePoint kStart{std::chrono::seconds{1'000}};

std::optional<Key> key_of(const std::optional<WorkQueue::Taken>& taken) {
  return taken ? std::optional{taken->key} : std::nullopt;
}

TEST(WorkQueue, GivesOutAKeyOnceHoweverOftenItWasAdded) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::change);
  queue.add(kA, kStart, Urgency::change);
  EXPECT_EQ(key_of(queue.take(kStart)), kA);
  EXPECT_EQ(queue.take(kStart), std::nullopt);
}

TEST(WorkQueue, KeepsTheEarlierOfTwoTimes) {
  WorkQueue queue;
  queue.add(kA, kStart + milliseconds{50}, Urgency::change);
  queue.add(kA, kStart + milliseconds{20}, Urgency::change);
  queue.add(kA, kStart + milliseconds{90}, Urgency::change);
  EXPECT_EQ(queue.next(), kStart + milliseconds{20});
  EXPECT_EQ(queue.take(kStart + milliseconds{19}), std::nullopt);
  EXPECT_EQ(key_of(queue.take(kStart + milliseconds{20})), kA);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(WorkQueue, GivesOutWhatIsDueLongestFirst) {
  WorkQueue queue;
  queue.add(kA, kStart + milliseconds{2}, Urgency::change);
  queue.add(kB, kStart + milliseconds{1}, Urgency::change);
  EXPECT_EQ(key_of(queue.take(kStart + milliseconds{5})), kB);
  EXPECT_EQ(key_of(queue.take(kStart + milliseconds{5})), kA);
}

TEST(WorkQueue, DoesNotGiveOutARunningKeyButKeepsItForLater) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::change);
  ASSERT_EQ(key_of(queue.take(kStart)), kA);
  queue.add(kA, kStart, Urgency::change);
  EXPECT_EQ(queue.take(kStart), std::nullopt);
  EXPECT_EQ(queue.running(), 1U);
  queue.succeed(kA);
  EXPECT_EQ(queue.running(), 0U);
  EXPECT_EQ(key_of(queue.take(kStart)), kA);
}

TEST(WorkQueue, WaitsLongerAfterEachFailureUpToALimit) {
  WorkQueue queue{{.first = milliseconds{100}, .longest = milliseconds{1'000}}};
  TimePoint now = kStart;
  milliseconds before{0};
  queue.add(kA, now, Urgency::change);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(key_of(queue.take(now)), kA);
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
  queue.add(kA, kStart, Urgency::change);
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(queue.take(kStart + std::chrono::hours{i}));
    queue.fail(kA, kStart + std::chrono::hours{i});
  }
  ASSERT_TRUE(queue.take(kStart + std::chrono::hours{7}));
  queue.succeed(kA);
  queue.add(kA, kStart, Urgency::change);
  ASSERT_TRUE(queue.take(kStart));
  queue.fail(kA, kStart);
  EXPECT_LE(*queue.next() - kStart, milliseconds{120});
}

TEST(WorkQueue, BringsAFailedKeyBackAtOnceWhenItChanges) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::change);
  ASSERT_EQ(key_of(queue.take(kStart)), kA);
  queue.add(kA, kStart, Urgency::change);
  queue.fail(kA, kStart);
  EXPECT_EQ(key_of(queue.take(kStart)), kA);
}

TEST(WorkQueue, SpreadsTheReturnOfManyKeys) {
  WorkQueue queue;
  std::set<milliseconds> pauses;
  for (int i = 0; i < 50; ++i) {
    const Key key{"Function", "default", "f" + std::to_string(i)};
    queue.add(key, kStart, Urgency::change);
    ASSERT_EQ(key_of(queue.take(kStart)), key);
    const auto before = queue.next();
    queue.fail(key, kStart);
    if (queue.next() != before) {
      pauses.insert(*queue.next() - kStart);
    }
  }
  EXPECT_GT(pauses.size(), 1U);
}

TEST(WorkQueue, LetsNewsWaitForChangesThatAreDueOrRunning) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::news);
  queue.add(kB, kStart + milliseconds{5}, Urgency::change);
  const TimePoint now = kStart + milliseconds{10};
  EXPECT_EQ(queue.take(now), (WorkQueue::Taken{kB, Urgency::change}));
  EXPECT_EQ(queue.take(now + milliseconds{50}), std::nullopt);
  queue.succeed(kB);
  EXPECT_EQ(queue.next(), now + WorkQueue::kLull);
  EXPECT_EQ(queue.take(now + WorkQueue::kLull - milliseconds{1}), std::nullopt);
  EXPECT_EQ(queue.take(now + WorkQueue::kLull), (WorkQueue::Taken{kA, Urgency::news}));
}

TEST(WorkQueue, WaitsLongerForTheEndOfALongRush) {
  struct Case {
    milliseconds between;  ///< two changes
    int changes;
    milliseconds lull;
  };
  for (const Case& c :
       {Case{milliseconds{50}, 3, WorkQueue::kLull}, Case{milliseconds{50}, 101, milliseconds{500}},
        Case{milliseconds{50}, 1001, milliseconds{1000}},
        Case{WorkQueue::kRush + milliseconds{1}, 101, WorkQueue::kLull}}) {
    WorkQueue queue;
    TimePoint now = kStart;
    for (int i = 0; i < c.changes; ++i) {
      now = kStart + i * c.between;
      queue.add(kB, now, Urgency::change);
      ASSERT_TRUE(queue.take(now));
      queue.succeed(kB);
    }
    queue.add(kA, now, Urgency::news);
    EXPECT_EQ(queue.next(), now + c.lull) << c.changes << " changes";
  }
}

TEST(WorkQueue, GivesOutMoreNewsTheLongerALullLasts) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::news);
  queue.add({"Function", "default", "c"}, kStart, Urgency::news);
  queue.add(kB, kStart, Urgency::change);
  ASSERT_EQ(key_of(queue.take(kStart)), kB);
  queue.succeed(kB);
  ASSERT_TRUE(queue.take(kStart + WorkQueue::kLull));
  EXPECT_EQ(queue.take(kStart + WorkQueue::kLull), std::nullopt) << "one at a time at first";
  EXPECT_EQ(queue.next(), kStart + 2 * WorkQueue::kLull);
  EXPECT_TRUE(queue.take(kStart + 2 * WorkQueue::kLull));
}

TEST(WorkQueue, GivesOutNewsAtOnceWhenNothingElseHappens) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::news);
  EXPECT_EQ(queue.next(), kStart);
  EXPECT_EQ(queue.take(kStart), (WorkQueue::Taken{kA, Urgency::news}));
}

TEST(WorkQueue, GivesOutNewsAmongChangesWhenTheirPatienceEnds) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::news);
  queue.add(kB, kStart, Urgency::change);
  ASSERT_EQ(key_of(queue.take(kStart)), kB);
  EXPECT_EQ(queue.next(), kStart + WorkQueue::kPatience);
  queue.succeed(kB);
  queue.add(kB, kStart, Urgency::change);
  const TimePoint late = kStart + WorkQueue::kPatience;
  EXPECT_EQ(key_of(queue.take(late)), kA);
  EXPECT_EQ(key_of(queue.take(late)), kB);
  queue.add({"Function", "default", "c"}, kStart, Urgency::news);
  EXPECT_EQ(queue.take(late), std::nullopt) << "one at a time";
  queue.succeed(kA);
  EXPECT_TRUE(queue.take(late));
}

TEST(WorkQueue, TakesAKeyForAChangeWhenItIsAddedForBoth) {
  for (const bool change_first : {true, false}) {
    WorkQueue queue;
    queue.add(kA, kStart, change_first ? Urgency::change : Urgency::news);
    queue.add(kA, kStart, change_first ? Urgency::news : Urgency::change);
    EXPECT_EQ(queue.take(kStart), (WorkQueue::Taken{kA, Urgency::change}));
    EXPECT_EQ(queue.waiting(), 0U);
  }
}

TEST(WorkQueue, KeepsAFailedChangeAChange) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::change);
  ASSERT_TRUE(queue.take(kStart));
  queue.add(kA, kStart + std::chrono::hours{1}, Urgency::news);
  queue.fail(kA, kStart);
  EXPECT_EQ(queue.take(*queue.next()), (WorkQueue::Taken{kA, Urgency::change}));
}

TEST(WorkQueue, LeavesRoomForChangesHoweverMuchNewsThereIs) {
  WorkQueue queue;
  for (std::size_t i = 0; i < WorkQueue::kNewsAtOnce + 1; ++i) {
    queue.add({"Function", "default", "f" + std::to_string(i)}, kStart, Urgency::news);
  }
  for (std::size_t i = 0; i < WorkQueue::kNewsAtOnce; ++i) {
    ASSERT_TRUE(queue.take(kStart));
  }
  EXPECT_EQ(queue.take(kStart), std::nullopt);
  EXPECT_EQ(queue.next(), std::nullopt);
  queue.add(kA, kStart, Urgency::change);
  EXPECT_EQ(key_of(queue.take(kStart)), kA);
}

TEST(WorkQueue, KnowsWhenChangesComeThickAndFast) {
  WorkQueue queue;
  queue.add(kA, kStart, Urgency::change);
  ASSERT_TRUE(queue.take(kStart));
  EXPECT_FALSE(queue.crowded(kStart)) << "one alone";
  queue.add(kB, kStart + milliseconds{5}, Urgency::change);
  EXPECT_FALSE(queue.crowded(kStart)) << "not due yet";
  EXPECT_TRUE(queue.crowded(kStart + milliseconds{5})) << "another is due";
  queue.succeed(kA);
  ASSERT_TRUE(queue.take(kStart + milliseconds{5}));
  EXPECT_TRUE(queue.crowded(kStart + milliseconds{5})) << "the one before was just now";
  EXPECT_FALSE(queue.crowded(kStart + WorkQueue::kLull)) << "it is a while ago";
}

}  // namespace
}  // namespace functionmesh::reconcile
