#include "reconcile/stateful_set.hpp"

#include <gtest/gtest.h>

namespace functionmesh::reconcile {
namespace {

Json json(std::string_view text) {
  return base::parse_json(text).value();
}

TEST(BackendStamp, AsksForARolloutOnlyForConfigsThatUpdateAutomatically) {
  const Json quiet = json(R"({"spec": {"env": {"A": "1"}}})");
  const Json other_quiet = json(R"({"spec": {"env": {"A": "2"}}})");
  const Json automatic = json(R"({"spec": {"env": {"A": "1"}, "autoUpdate": true}})");
  const Json other_automatic = json(R"({"spec": {"env": {"A": "2"}, "autoUpdate": true}})");
  struct Case {
    const Json* before;
    const Json* now;
    bool asks;
  };
  for (const auto& [before, now, asks] : {
           Case{nullptr, nullptr, false},
           Case{nullptr, &quiet, false},
           Case{&quiet, &other_quiet, false},
           Case{&quiet, nullptr, false},
           Case{nullptr, &automatic, true},
           Case{&automatic, &automatic, false},
           Case{&automatic, &other_automatic, true},
           Case{&automatic, &quiet, true},
           Case{&quiet, &automatic, true},
           Case{&automatic, nullptr, true},
       }) {
    EXPECT_EQ(asks_for_rollout(backend_stamp(before, &quiet), backend_stamp(now, &quiet)), asks);
    EXPECT_EQ(asks_for_rollout(backend_stamp(&quiet, before), backend_stamp(&quiet, now)), asks);
  }
  EXPECT_FALSE(asks_for_rollout("", backend_stamp(&automatic, nullptr)))
      << "what is not known did not change";
}

TEST(StatefulSet, WaitsUntilOneThatIsBeingDeletedIsGone) {
  const Json live = json(R"({"kind": "StatefulSet", "metadata": {"name": "a",
      "deletionTimestamp": "2026-01-01T00:00:00Z"}, "spec": {}})");
  StatefulSetWish wish;
  wish.desired = json(R"({"kind": "StatefulSet", "metadata": {"name": "a"}, "spec": {}})");
  EXPECT_FALSE(decide_stateful_set(wish, &live).change.has_value());
  EXPECT_TRUE(decide_stateful_set(wish, nullptr).change.has_value());
}

}  // namespace
}  // namespace functionmesh::reconcile
