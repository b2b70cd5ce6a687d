#include "cluster/kubernetes/lease.hpp"

#include <gtest/gtest.h>

namespace functionmesh::kubernetes {
namespace {

using namespace std::chrono_literals;
using base::Json;
using base::JsonObject;
using Step = LeaseElection::Step;

const base::TimePoint kWallClock{1'700'000'000'000ms};

Json lease(const std::string& holder, const std::string& renewed, int version = 1,
           int seconds = 15) {
  return JsonObject{{"metadata", JsonObject{{"name", "l"},
                                            {"resourceVersion", std::to_string(version)},
                                            {"labels", JsonObject{{"a", "b"}}}}},
                    {"spec", JsonObject{{"holderIdentity", holder},
                                        {"leaseDurationSeconds", seconds},
                                        {"acquireTime", "then"},
                                        {"leaseTransitions", 7},
                                        {"renewTime", renewed}}}};
}

class LeaseTest : public testing::Test {
 protected:
  /// Becomes the leader now.
  void lead() {
    election_.observe(std::nullopt, now_);
    election_.written(election_.taken(kWallClock), now_);
  }

  SteadyTime now_{1h};
  LeaseElection election_{"me", {}};
};

TEST_F(LeaseTest, ALeaseThatNobodyHoldsIsTakenAtOnce) {
  election_.observe(std::nullopt, now_);
  EXPECT_EQ(election_.step(now_), Step::acquire);
  election_.observe(lease("", "x"), now_);
  EXPECT_EQ(election_.step(now_), Step::acquire);
  election_.observe(lease("me", "x"), now_);  // our write whose answer was lost
  EXPECT_EQ(election_.step(now_), Step::acquire);
}

TEST_F(LeaseTest, AnotherLeaderIsWaitedForUntilItsLeaseDoesNotChangeForItsDuration) {
  election_.observe(lease("other", "1"), now_);
  EXPECT_EQ(election_.step(now_ + 14s), Step::wait);
  election_.observe(lease("other", "2"), now_ + 14s);
  election_.observe(lease("other", "2", 99), now_ + 20s);  // only its metadata changed
  EXPECT_EQ(election_.step(now_ + 28s), Step::wait);
  EXPECT_EQ(election_.step(now_ + 29s), Step::acquire);
}

TEST_F(LeaseTest, ClocksOfOthersDoNotCount) {
  for (const char* renewed : {"1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "nonsense", ""}) {
    LeaseElection election{"me", {}};
    election.observe(lease("other", renewed), now_);
    EXPECT_EQ(election.step(now_ + 14s), Step::wait) << renewed;
    EXPECT_EQ(election.step(now_ + 15s), Step::acquire) << renewed;
  }
}

TEST_F(LeaseTest, TheHoldersDurationCounts) {
  election_.observe(lease("other", "1", 1, 40), now_);
  EXPECT_EQ(election_.step(now_ + 39s), Step::wait);
  EXPECT_EQ(election_.step(now_ + 40s), Step::acquire);
}

TEST_F(LeaseTest, AStandbyLooksAgainInTimeForTheEndOfTheLease) {
  election_.observe(lease("other", "1"), now_);
  EXPECT_EQ(election_.next(now_), now_ + 2s);
  EXPECT_EQ(election_.next(now_ + 14s), now_ + 15s);
}

TEST_F(LeaseTest, ALeaderRenewsAndStopsBeforeAnotherMayLead) {
  lead();
  EXPECT_TRUE(election_.leading());
  EXPECT_EQ(election_.next(now_), now_ + 4s);
  EXPECT_EQ(election_.step(now_ + 4s), Step::renew);
  EXPECT_EQ(election_.next(now_ + 5s), now_ + 6s);  // the renewal at 4 s failed
  EXPECT_EQ(election_.leads_until(), now_ + 10s);
  EXPECT_EQ(election_.next(now_ + 9900ms), now_ + 10s);
  EXPECT_EQ(election_.step(now_ + 10s), Step::resign);
  election_.resign();
  EXPECT_FALSE(election_.leading());
}

TEST_F(LeaseTest, ARenewalCountsFromWhenItWasBegun) {
  lead();
  election_.written(election_.taken(kWallClock + 4s), now_ + 4s);
  EXPECT_EQ(election_.leads_until(), now_ + 14s);
}

TEST_F(LeaseTest, ALeaderWhoseLeaseWasTakenResigns) {
  lead();
  election_.observe(lease("other", "1"), now_ + 1s);
  EXPECT_EQ(election_.step(now_ + 1s), Step::resign);
}

TEST_F(LeaseTest, ALeaderWhoseLeaseWasDeletedMakesItAgain) {
  lead();
  election_.observe(std::nullopt, now_ + 1s);
  EXPECT_EQ(election_.step(now_ + 1s), Step::renew);
  EXPECT_EQ(base::find(election_.taken(kWallClock), {"metadata", "resourceVersion"}), nullptr);
}

TEST_F(LeaseTest, TakingItCountsATransitionAndKeepsWhatIsNotOurs) {
  election_.observe(lease("other", "1", 5), now_);
  const Json taken = election_.taken(kWallClock);
  EXPECT_EQ(base::text_at(taken, {"metadata", "resourceVersion"}), "5");
  EXPECT_EQ(base::text_at(taken, {"metadata", "labels", "a"}), "b");
  EXPECT_EQ(base::text_at(taken, {"spec", "holderIdentity"}), "me");
  EXPECT_EQ(base::text_at(taken, {"spec", "acquireTime"}), "2023-11-14T22:13:20.000000Z");
  EXPECT_EQ(base::number_at(taken, {"spec", "leaseTransitions"}), 8);
  EXPECT_EQ(base::number_at(taken, {"spec", "leaseDurationSeconds"}), 15);
}

TEST_F(LeaseTest, RenewingItChangesOnlyTheTime) {
  election_.observe(lease("me", "1"), now_);
  const Json renewed = election_.taken(kWallClock);
  EXPECT_EQ(base::text_at(renewed, {"spec", "acquireTime"}), "then");
  EXPECT_EQ(base::number_at(renewed, {"spec", "leaseTransitions"}), 7);
  EXPECT_EQ(base::text_at(renewed, {"spec", "renewTime"}), "2023-11-14T22:13:20.000000Z");
}

TEST_F(LeaseTest, OneThatIsGivenBackIsTakenByAnotherAtOnce) {
  lead();
  LeaseElection other{"other", {}};
  other.observe(election_.released(kWallClock), now_);
  EXPECT_EQ(other.step(now_), Step::acquire);
}

TEST_F(LeaseTest, AHalfWrittenLeaseDoesNoHarm) {
  for (const char* text : {R"({})", R"({"spec":null})", R"({"spec":[]})", R"({"spec":{}})",
                           R"({"spec":{"holderIdentity":5,"leaseDurationSeconds":"x"}})"}) {
    LeaseElection election{"me", {}};
    election.observe(base::parse_json(text).value(), now_);
    EXPECT_EQ(election.step(now_), Step::acquire) << text;
    EXPECT_EQ(base::text_at(election.taken(kWallClock), {"spec", "holderIdentity"}), "me") << text;
  }
  LeaseElection election{"me", {}};
  election.observe(
      base::parse_json(R"({"spec":{"holderIdentity":"o","leaseDurationSeconds":-5}})").value(),
      now_);
  EXPECT_EQ(election.step(now_), Step::wait);
  EXPECT_EQ(election.step(now_ + 1s), Step::acquire);
}

}  // namespace
}  // namespace functionmesh::kubernetes
