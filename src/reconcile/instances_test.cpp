#include "reconcile/instances.hpp"

#include <gtest/gtest.h>

#include "reconcile/metadata.hpp"

namespace functionmesh::reconcile {
namespace {

using std::chrono::seconds;

const base::TimePoint kNow = *time_of("2026-01-01T00:02:00Z");

Object pod(std::string_view status, std::string_view name = "p-0") {
  Json object{{"kind", "Pod"}, {"metadata", {{"name", name}}}};
  object.get_object()["status"] = base::parse_json(status).value();
  return std::make_shared<const Json>(std::move(object));
}

TEST(Instances, SayWhyAPodIsNotAsItShouldBe) {
  struct Case {
    const char* status;
    const char* reason;
    const char* message;
  };
  for (const auto& [status, reason, message] : {
           Case{R"({})", "", ""},
           Case{R"({"containerStatuses": [{"state": {"running": {}}}]})", "", ""},
           Case{R"({"containerStatuses": [{"state": {"waiting": {
                "reason": "ContainerCreating"}}}]})",
                "", ""},
           Case{R"({"containerStatuses": [{"state": {"waiting": {
                "reason": "ImagePullBackOff", "message": "no such image x"}}}]})",
                "ImagePullBackOff", "p-0: no such image x"},
           Case{R"({"containerStatuses": [{"restartCount": 3, "state": {"waiting": {
                "reason": "CrashLoopBackOff", "message": "back-off 10s"}}, "lastState": {
                "terminated": {"exitCode": 1, "reason": "Error",
                "message": "Traceback\n  line 3\nValueError: no\n\n"}}}]})",
                "CrashLoopBackOff", "p-0: exited with 1: ValueError: no (3 restarts)"},
           Case{R"({"containerStatuses": [{"state": {"terminated": {"exitCode": 137, "signal": 9,
                "reason": "OOMKilled"}}}]})",
                "OOMKilled", "p-0: OOMKilled: killed by signal 9"},
           Case{R"({"initContainerStatuses": [{"state": {"terminated": {"exitCode": 0,
                "reason": "Completed"}}}, {"state": {"waiting": {"reason": "CrashLoopBackOff"}},
                "lastState": {"terminated": {"exitCode": 4, "message": "404"}}}],
                "containerStatuses": [{"state": {"waiting": {"reason": "PodInitializing"}}}]})",
                "CrashLoopBackOff", "p-0: exited with 4: 404"},
           Case{R"({"conditions": [{"type": "PodScheduled", "status": "False",
                "reason": "Unschedulable", "message": "0/3 nodes are available"}]})",
                "Unschedulable", "p-0: 0/3 nodes are available"},
           Case{R"({"conditions": [{"type": "Ready", "status": "True"},
                {"type": "BrokerReachable", "status": "False", "message": "refused"}],
                "containerStatuses": [{"state": {"running": {}}}]})",
                "BrokerReachable", "p-0: refused"},
           Case{R"({"conditions": [{"type": "Ready", "status": "False",
                "message": "containers with unready status"}]})",
                "", ""},
           Case{R"({"phase": "Failed", "reason": "Evicted", "message": "low on memory"})",
                "Evicted", "p-0: low on memory"},
       }) {
    const Instances instances = inspect({pod(status)}, kNow);
    const Trouble trouble = instances.troubles.empty() ? Trouble{} : instances.troubles.front();
    EXPECT_EQ(trouble.reason, reason) << status;
    EXPECT_EQ(trouble.message, message) << status;
  }
}

TEST(Instances, CountReadyPodsAndRestartsAndKnowTheLastEnd) {
  const Instances instances = inspect(
      {
          pod(R"({"conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [
          {"restartCount": 2, "state": {"running": {}}, "lastState": {"terminated": {
          "exitCode": 1, "finishedAt": "2026-01-01T00:00:05Z"}}}]})"),
          pod(R"({"conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [
          {"restartCount": 1, "state": {"running": {}}, "lastState": {"terminated": {
          "exitCode": 143, "signal": 15, "finishedAt": "2026-01-01T00:00:01Z"}}}]})",
              "p-1"),
      },
      kNow);
  EXPECT_EQ(instances.ready, 1);
  EXPECT_EQ(instances.restarts, 3);
  EXPECT_EQ(instances.last_end, "p-0: exited with 1");
  EXPECT_TRUE(instances.troubles.empty());
}

TEST(Instances, LeaveOutPodsThatAreBeingDeleted) {
  Json going = *pod(R"({"containerStatuses": [{"restartCount": 1, "state": {"terminated": {
      "exitCode": 143, "signal": 15, "reason": "Error"}}}]})");
  going.at("metadata").get_object()["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  const Instances instances = inspect({std::make_shared<const Json>(std::move(going))}, kNow);
  EXPECT_TRUE(instances.troubles.empty());
  EXPECT_EQ(instances.restarts, 0);
}

TEST(Instances, AreReadFromPodsOfAnyShape) {
  for (const char* status : {R"([])", R"(7)", R"({"conditions": 7, "containerStatuses": {"a": 1}})",
                             R"({"conditions": [7, null], "containerStatuses": [7, {"state": 7},
            {"state": {"waiting": []}}]})"}) {
    EXPECT_LE(inspect({pod(status)}, kNow).troubles.size(), 1U) << status;
  }
}

TEST(Instances, SayWhenWhatAPodNeedsIsNotThereForLong) {
  const auto being_prepared = [](std::string_view prepared) {
    return pod(R"({"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"},
        {"type": "PodReadyToStartContainers", "status": ")" +
               std::string{prepared} + R"("}], "containerStatuses": [{"state": {"waiting": {
        "reason": "ContainerCreating"}}}]})");
  };
  const Instances soon = inspect({being_prepared("False")}, kNow - seconds{20});
  EXPECT_TRUE(soon.troubles.empty());
  EXPECT_EQ(soon.look_again, seconds{20});
  const Instances late = inspect({being_prepared("False")}, kNow);
  ASSERT_EQ(late.troubles.size(), 1U);
  EXPECT_EQ(late.troubles.front().reason, "NotPrepared");
  EXPECT_FALSE(late.look_again.has_value());
  const Instances pulling = inspect({being_prepared("True")}, kNow);
  EXPECT_TRUE(pulling.troubles.empty());
  EXPECT_FALSE(pulling.look_again.has_value());
}

}  // namespace
}  // namespace functionmesh::reconcile
