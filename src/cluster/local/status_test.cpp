#include "cluster/local/status.hpp"

#include <gtest/gtest.h>

namespace functionmesh::local {
namespace {

using namespace std::chrono_literals;

const base::TimePoint start{std::chrono::seconds{1'700'000'000}};

std::string ready_in(const PodState& state) {
  const base::Json status = pod_status(state, "pulsar-function", "image");
  for (const base::Json& condition : status.at("conditions").as_array()) {
    if (base::text_at(condition, {"type"}) == "Ready") {
      return std::string{base::text_at(condition, {"status"})} + " " +
             std::string{base::text_at(condition, {"reason"})} + ": " +
             std::string{base::text_at(condition, {"message"})};
    }
  }
  return {};
}

TEST(Status, SaysWhyAPodIsNotReady) {
  PodState state;
  state.waiting = Waiting{"FunctionFileMissing", "no file x.jar"};
  state.update_ready(start);
  EXPECT_EQ(ready_in(state), "False FunctionFileMissing: no file x.jar");

  state.waiting.reset();
  state.running_since = start;
  state.update_ready(start);
  EXPECT_EQ(ready_in(state),
            "False ContainersNotReady: the instance does not answer on its metrics port yet");

  state.answers = true;
  state.update_ready(start);
  EXPECT_EQ(ready_in(state), "True : ");

  state.broker.emplace();
  state.broker->set(false, "BrokerUnreachable", "pulsar://b does not answer: refused", start);
  state.update_ready(start);
  EXPECT_EQ(ready_in(state), "False BrokerUnreachable: pulsar://b does not answer: refused");

  state.terminating = true;
  state.update_ready(start);
  EXPECT_EQ(ready_in(state), "False Terminating: the pod is being ended");
}

TEST(Status, ConditionMovesItsTimeOnlyWhenItTurns) {
  Condition condition;
  EXPECT_TRUE(condition.set(false, "A", "", start));
  EXPECT_FALSE(condition.set(false, "A", "", start + 1s));
  EXPECT_TRUE(condition.set(false, "B", "", start + 2s));
  EXPECT_EQ(condition.since, start);
  EXPECT_TRUE(condition.set(true, "", "", start + 3s));
  EXPECT_EQ(condition.since, start + 3s);
}

TEST(Status, HasTheFormKubernetesGivesIt) {
  PodState state;
  state.created = start;
  state.waiting = Waiting{"CrashLoopBackOff", "exited"};
  state.restarts = 2;
  state.last = Terminated{1, 0, "Error", "it broke", start, start + 2s};
  state.update_ready(start + 2s);
  const auto expected = base::parse_json(R"({
    "phase": "Running", "podIP": "127.0.0.1", "hostIP": "127.0.0.1",
    "startTime": "2023-11-14T22:13:20Z",
    "conditions": [{"type": "Ready", "status": "False", "reason": "CrashLoopBackOff",
                    "message": "exited", "lastTransitionTime": "2023-11-14T22:13:22Z"}],
    "containerStatuses": [{"name": "pulsar-function", "image": "image", "ready": false,
      "started": false, "restartCount": 2,
      "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "exited"}},
      "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "it broke",
        "startedAt": "2023-11-14T22:13:20Z", "finishedAt": "2023-11-14T22:13:22Z"}}}]})");
  ASSERT_TRUE(expected) << expected.error();
  const auto actual = pod_status(state, "pulsar-function", "image");
  EXPECT_TRUE(base::equal(actual, *expected)) << base::write_json(actual, base::Layout::indented);
}

TEST(Status, PhaseFollowsTheProcess) {
  PodState state;
  const auto phase = [&] {
    const auto status = pod_status(state, "c", "i");
    return std::string{base::text_at(status, {"phase"})};
  };
  EXPECT_EQ(phase(), "Pending");
  state.waiting.reset();
  state.running_since = start;
  EXPECT_EQ(phase(), "Running");
  state.finished = Terminated{};
  EXPECT_EQ(phase(), "Succeeded");
  state.finished->code = 3;
  EXPECT_EQ(phase(), "Failed");
}

TEST(Status, TellsHowAProcessEnded) {
  struct {
    Terminated end;
    std::string message;
  } const cases[] = {
      {{1, 0, "Error", "NameError: x", start, start + 2140ms},
       "exited with 1 after 2.1 s: NameError: x; tries again in 4 s"},
      {{0, 0, "Completed", "", start, start + 65s}, "exited with 0 after 65 s; tries again in 4 s"},
      {{137, 9, "Error", "", start, start},
       "was killed by signal 9 (Killed) after 0.0 s; tries "
       "again in 4 s"},
  };
  for (const auto& [end, message] : cases) {
    EXPECT_EQ(back_off_message(end, 4s), message);
  }
}

}  // namespace
}  // namespace functionmesh::local
