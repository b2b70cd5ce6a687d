#include "reconcile/manager.hpp"

#include "reconcile/names.hpp"
#include "reconcile/world_for_test.hpp"

namespace functionmesh::reconcile {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Key kFunction{"Function", "default", "f"};
const Key kSet{"StatefulSet", "default", "f-function"};
const Key kService{"Service", "default", "f-function-headless"};
const Key kAutoscaler{"HorizontalPodAutoscaler", "default", "f-function"};
const Key kJob{"Job", "default", "f-function-cleanup"};
const Key kBackend{"BackendConfig", "default", "backend-config"};

Json backend_config(std::string_view name, std::string_view spec) {
  return json(R"({"apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "BackendConfig",
      "metadata": {"name": ")" +
              std::string{name} + R"("}, "spec": )" + std::string{spec} + "}");
}

using ComponentTest = World;

TEST(Manager, WakesUpByItselfWhenSomethingFallsDue) {
  asio::io_context loop;
  const base::SystemClock clock;
  local::MemoryCluster cluster{loop.get_executor(), clock};
  FlakyCluster flaky{cluster};
  Manager manager{flaky, clock, Policy{}, loop.get_executor()};
  manager.start();
  flaky.failing_percent = 100;
  cluster::await(loop, cluster.apply(json(R"({"kind": "Function", "metadata": {"name": "f"}})")))
      .value();
  cluster::settle(loop);
  EXPECT_EQ(manager.failures(), 1);
  flaky.failing_percent = 0;
  for (int i = 0; i < 100 && manager.reconciles() < 2; ++i) {
    loop.restart();
    loop.run_for(std::chrono::milliseconds{50});
  }
  EXPECT_EQ(manager.failures(), 1);
  EXPECT_EQ(manager.reconciles(), 2);
  const Object function = cluster::await(loop, cluster.get(kFunction)).value();
  EXPECT_EQ(base::text_at(*function, {"status", "phase"}), "Failed");
}

TEST(Manager, WorksThroughALongQueueThatNeverWaits) {
  constexpr int kMany = 20'000;
  asio::io_context loop;
  base::ManualClock clock;
  local::MemoryCluster cluster{loop.get_executor(), clock};
  FlakyCluster flaky{cluster};
  for (int i = 0; i < kMany; ++i) {
    Json function = json(R"({"kind": "Function", "metadata": {"annotations":
        {"compute.functionmesh.io/managed": "false"}}})");
    function.at("metadata").get_object()["name"] = "f" + std::to_string(i);
    cluster::await(loop, cluster.apply(std::move(function))).value();
  }
  Manager manager{flaky, clock, Policy{}, loop.get_executor()};
  flaky.failing_percent = 100;
  manager.start();
  cluster::settle(loop);
  EXPECT_EQ(manager.failures(), kMany);
  flaky.failing_percent = 0;
  clock.advance(minutes{1});  // now all are due
  manager.run_due();
  cluster::settle(loop);
  EXPECT_EQ(manager.reconciles(), 2 * kMany);
}

TEST(Manager, TellsHowEachReconcileWent) {
  asio::io_context loop;
  const base::ManualClock clock;
  local::MemoryCluster cluster{loop.get_executor(), clock};
  FlakyCluster flaky{cluster};
  std::vector<std::string> told;
  std::set<std::uint64_t> ids;
  Manager manager{
      flaky, clock, Policy{}, loop.get_executor(), {.observer = [&](const Reconciled& end) {
        told.push_back(cluster::to_string(end.key) + (end.error == nullptr ? " done" : " failed"));
        ids.insert(end.id);
      }}};
  manager.start();
  flaky.failing_percent = 100;
  cluster::await(loop, cluster.apply(json(R"({"kind": "Function", "metadata": {"name": "f"}})")))
      .value();
  cluster::settle(loop);
  EXPECT_EQ(told, std::vector<std::string>{"Function/default/f failed"});
  EXPECT_EQ(manager.waiting(), 1U);
  flaky.failing_percent = 0;
  cluster::await(loop, cluster.remove(kFunction)).value();
  cluster::settle(loop);
  EXPECT_EQ(ids.size(), told.size());
}

TEST(Manager, LeavesMeshesAloneWhenToldTo) {
  asio::io_context loop;
  const base::ManualClock clock;
  local::MemoryCluster cluster{loop.get_executor(), clock};
  Manager manager{cluster, clock, Policy{}, loop.get_executor(), {.meshes = false}};
  manager.start();
  cluster::await(loop,
                 cluster.apply(json(R"({"kind": "FunctionMesh", "metadata": {"name": "m"}})")))
      .value();
  cluster::await(loop, cluster.apply(json(R"({"kind": "Function", "metadata": {"name": "f",
      "ownerReferences": [{"kind": "FunctionMesh", "name": "m", "uid": "1"}]}})")))
      .value();
  cluster::settle(loop);
  const Object mesh = cluster::await(loop, cluster.get({"FunctionMesh", "default", "m"})).value();
  EXPECT_EQ(base::find(*mesh, {"status"}), nullptr);
  EXPECT_GE(manager.reconciles(), 1);
}

TEST_F(ComponentTest, TriesAgainWhatFailed) {
  flaky.failing_percent = 100;
  apply(function("f"));
  EXPECT_FALSE(exists(kSet));
  flaky.failing_percent = 0;
  advance(minutes{2});
  EXPECT_EQ(phase(kFunction), "Ready");
}

TEST_F(ComponentTest, BecomesReadyWithTheObjectsThatItNeeds) {
  apply(function("f", R"({"replicas": 2})"));
  EXPECT_TRUE(exists(kSet));
  EXPECT_TRUE(exists(kService));
  EXPECT_FALSE(exists(kAutoscaler));
  EXPECT_FALSE(exists(kJob));
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(message(kFunction), "2 of 2 instances are ready");
  EXPECT_EQ(text(kFunction, {"status", "replicas"}), "2");
  EXPECT_EQ(text(kFunction, {"status", "observedGeneration"}), "1");
  EXPECT_NE(text(kFunction, {"status", "selector"})
                .find("compute.functionmesh.io/name=f,compute.functionmesh.io/namespace=default"),
            std::string::npos);
  const Json conditions = *base::find(*find(kFunction), {"status", "conditions"});
  EXPECT_EQ(conditions.get_object().size(), 2U);
  EXPECT_EQ(base::text_at(conditions, {"StatefulSet", "condition"}), "StatefulSetReady");
  EXPECT_EQ(base::text_at(conditions, {"StatefulSet", "status"}), "True");
  EXPECT_EQ(base::text_at(conditions, {"StatefulSet", "action"}), "NoAction");
  EXPECT_EQ(base::text_at(conditions, {"Service", "status"}), "True");
  EXPECT_EQ(reasons(kFunction), "Created, Ready");
}

TEST_F(ComponentTest, WritesNothingAtRestAndNothingAfterARestart) {
  apply(function("f", R"({"maxReplicas": 3, "replicas": 2, "cleanupSubscription": true})"));
  apply(backend_config("backend-config", R"({"env": {"A": "b"}, "autoUpdate": true})"));
  const auto writes = cluster.writes();
  advance(minutes{60});
  EXPECT_EQ(cluster.writes(), writes);
  const int events = static_cast<int>(cluster.events_about(kFunction).size());
  stop_manager();
  start_manager();
  EXPECT_GT(manager->reconciles(), 0);
  EXPECT_EQ(cluster.writes(), writes);
  EXPECT_EQ(static_cast<int>(cluster.events_about(kFunction).size()), events);
}

TEST_F(ComponentTest, ScalesWithoutTouchingThePods) {
  apply(function("f", R"({"replicas": 1})"));
  const std::string hash = text(kSet, {"metadata", "annotations", kAppliedHash});
  patch(kFunction, R"({"spec": {"replicas": 3}})");
  EXPECT_EQ(message(kFunction), "3 of 3 instances are ready");
  EXPECT_EQ(kubelet.pods_started, 3);
  EXPECT_EQ(text(kSet, {"metadata", "annotations", kAppliedHash}), hash);
  patch(kFunction, R"({"spec": {"replicas": 0}})");
  EXPECT_EQ(phase(kFunction), "Stopped");
  EXPECT_TRUE(all("Pod").empty());
  patch(kFunction, R"({"spec": {"replicas": 1}})");
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(kubelet.pods_started, 4);
}

TEST_F(ComponentTest, RollsOutAChangedSpec) {
  apply(function("f"));
  apply(function("f", R"({"className": "example.Other"})"));
  EXPECT_EQ(kubelet.pods_started, 2);
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(text(kFunction, {"status", "observedGeneration"}), "2");
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}), "(none)");
  const auto events = cluster.events_about(kFunction);
  const auto rolled = std::ranges::find(events, "RolledOut", &local::RecordedEvent::reason);
  ASSERT_NE(rolled, events.end());
  EXPECT_EQ(rolled->message,
            "the spec changed: spec.template.spec.containers[pulsar-function].command");
}

TEST_F(ComponentTest, HealsWhatSomebodyElseChangedOrDeleted) {
  apply(function("f", R"({"replicas": 2, "maxReplicas": 5})"));
  for (const Key& key : {kSet, kService, kAutoscaler}) {
    const Json before = *base::find(*find(key), {"spec"});
    remove(key);
    ASSERT_TRUE(exists(key)) << cluster::to_string(key);
    EXPECT_TRUE(base::equal(*base::find(*find(key), {"spec"}), before));
  }
  patch(kSet, R"({"spec": {"replicas": 7}})");
  EXPECT_EQ(text(kSet, {"spec", "replicas"}), "2");
  patch(kSet, R"({"spec": {"template": {"spec": {"containers": []}}}})");
  EXPECT_NE(text(kSet, {"spec", "template", "spec", "containers"}), "[]");
  patch(kService, R"({"spec": {"clusterIP": "10.0.0.1"}})");
  EXPECT_EQ(text(kService, {"spec", "clusterIP"}), "None");
  patch(kAutoscaler, R"({"spec": {"maxReplicas": 50}})");
  EXPECT_EQ(text(kAutoscaler, {"spec", "maxReplicas"}), "5");
  patch(kSet, R"({"metadata": {"labels": null, "ownerReferences": null}})");
  EXPECT_NE(text(kSet, {"metadata", "ownerReferences"}), "(none)");
  EXPECT_EQ(phase(kFunction), "Ready");
}

TEST_F(ComponentTest, LeavesAloneWhatOthersAdd) {
  apply(function("f"));
  patch(kSet, R"({"metadata": {"annotations": {"theirs": "1"}}, "spec": {"template": {
      "metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}})");
  EXPECT_EQ(text(kSet, {"metadata", "annotations", "theirs"}), "1");
  EXPECT_EQ(text(kSet, {"spec", "template", "metadata", "annotations",
                        "kubectl.kubernetes.io/restartedAt"}),
            "now");
  EXPECT_EQ(reasons(kFunction).find("Healed"), std::string::npos);
}

TEST_F(ComponentTest, SaysTheNumberOfInstancesWhereAnAutoscalerIsToChangeIt) {
  apply(function("f", R"({"minReplicas": 2, "maxReplicas": 3})"));
  EXPECT_EQ(text(kFunction, {"spec", "replicas"}), "2");
  EXPECT_EQ(text(kSet, {"spec", "replicas"}), "2");
  apply(function("g"));
  EXPECT_EQ(text({"Function", "default", "g"}, {"spec", "replicas"}), "(none)");
}

TEST_F(ComponentTest, RemovesAnAutoscalerThatIsNoLongerAskedFor) {
  apply(function("f", R"({"maxReplicas": 3})"));
  EXPECT_TRUE(exists(kAutoscaler));
  EXPECT_EQ(text(kFunction, {"status", "conditions", "HorizontalPodAutoscaler", "status"}), "True");
  apply(function("f"));
  EXPECT_FALSE(exists(kAutoscaler));
  EXPECT_EQ(text(kFunction, {"status", "conditions", "HorizontalPodAutoscaler"}), "(none)");
  EXPECT_EQ(kubelet.pods_started, 1);
}

TEST_F(ComponentTest, ShowsAnotherRenderingAsPendingUntilItIsAskedFor) {
  apply(function("f"));
  stop_manager();
  Policy other;
  other.render.controller.java_image = "elsewhere/java:2";
  other.render.controller.resource_annotations = {{"team", "a"}};
  start_manager(other);
  EXPECT_EQ(kubelet.pods_started, 1);
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}),
            "spec.template.metadata.annotations.team, "
            "spec.template.spec.containers[pulsar-function].image");
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(text(kFunction, {"status", "conditions", "StatefulSet", "action"}), "Update");
  patch(kFunction, R"({"spec": {"replicas": 2}})");
  EXPECT_EQ(kubelet.pods_started, 2) << "scaling rolls out nothing";
  const auto writes = cluster.writes();
  advance(minutes{10});
  EXPECT_EQ(cluster.writes(), writes);

  patch(kFunction, R"({"metadata": {"annotations": {
      "compute.functionmesh.io/rollout": "please"}}})");
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}), "(none)");
  EXPECT_EQ(kubelet.pods_started, 4);

  stop_manager();
  start_manager();
  EXPECT_EQ(kubelet.pods_started, 4) << "the same request counts once";
  EXPECT_NE(text(kFunction, {"status", "pendingChange"}), "(none)");
  apply(function("f", R"({"className": "example.Other", "replicas": 2})"));
  EXPECT_EQ(kubelet.pods_started, 6) << "with a new spec all of it is rolled out";
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}), "(none)");
}

TEST_F(ComponentTest, FollowsBackendConfigsThatUpdateAutomatically) {
  apply(function("f"));
  apply(backend_config("backend-config", R"({"env": {"A": "1"}, "autoUpdate": true})"));
  EXPECT_EQ(kubelet.pods_started, 2);
  apply(backend_config("backend-config", R"({"env": {"A": "2"}, "autoUpdate": true})"));
  EXPECT_EQ(kubelet.pods_started, 3);
  EXPECT_NE(text(kFunction, {"status", "namespacedBackendConfigRevision"}), "(none)");
  remove(kBackend);
  EXPECT_EQ(kubelet.pods_started, 4);
  EXPECT_EQ(text(kFunction, {"status", "namespacedBackendConfigRevision"}), "(none)");
}

TEST_F(ComponentTest, ShowsBackendConfigsWithoutAutoUpdateAsPending) {
  apply(function("f"));
  apply(backend_config("global", R"({"env": {"A": "1"}})"));
  EXPECT_EQ(kubelet.pods_started, 1);
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}),
            "spec.template.spec.containers[pulsar-function].env[A]");
  remove({"BackendConfig", "default", "global"});
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}), "(none)");
  EXPECT_EQ(kubelet.pods_started, 1);
}

TEST_F(ComponentTest, HoldsBackWhilePausedButFollowsItsOwnSpec) {
  const std::string_view paused = R"({"compute.functionmesh.io/pause-rollout": "true"})";
  apply(function("f", "{}", paused));
  apply(backend_config("backend-config", R"({"env": {"A": "1"}, "autoUpdate": true})"));
  EXPECT_EQ(kubelet.pods_started, 1);
  EXPECT_EQ(phase(kFunction), "Paused");
  EXPECT_NE(text(kFunction, {"status", "pendingChange"}), "(none)");
  patch(kFunction, R"({"metadata": {"annotations": {
      "compute.functionmesh.io/pause-rollout": null}}})");
  EXPECT_EQ(kubelet.pods_started, 2);
  EXPECT_EQ(phase(kFunction), "Ready");
  apply(function("f", R"({"className": "example.Other"})", paused));
  EXPECT_EQ(kubelet.pods_started, 3);
}

TEST_F(ComponentTest, LeavesUnmanagedResourcesAlone) {
  apply(function("f", "{}", R"({"compute.functionmesh.io/managed": "false"})"));
  EXPECT_FALSE(exists(kSet));
  EXPECT_EQ(phase(kFunction), "(none)");
}

TEST_F(ComponentTest, SaysWhatIsWrongWithAnInvalidSpecAndLeavesWhatRuns) {
  apply(function("f"));
  patch(kFunction, R"({"spec": {"input": {"topics": 7}}})");
  EXPECT_EQ(phase(kFunction), "Failed");
  EXPECT_EQ(message(kFunction).find("spec.input.topics: "), 0U) << message(kFunction);
  EXPECT_TRUE(exists(kSet));
  EXPECT_EQ(text(kFunction, {"status", "conditions", "StatefulSet", "status"}), "True");
  EXPECT_EQ(reasons(kFunction), "Created, Ready, Failed");
  apply(function("f"));
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(kubelet.pods_started, 1);
}

TEST_F(ComponentTest, SaysWhyInstancesAreNotReady) {
  kubelet.sick.insert("f-function");
  apply(function("f", R"({"replicas": 2})"));
  EXPECT_EQ(phase(kFunction), "Degraded");
  EXPECT_EQ(message(kFunction),
            "0 of 2 instances are ready; f-function-0: exited with 1: no such file (4 restarts) "
            "(and 1 more)");
  EXPECT_EQ(text(kFunction, {"status", "conditions", "StatefulSet", "status"}), "False");
  EXPECT_EQ(text(kFunction, {"status", "conditions", "StatefulSet", "reason"}), "CrashLoopBackOff");
  const std::string since =
      text(kFunction, {"status", "conditions", "StatefulSet", "lastTransitionTime"});
  clock.advance(seconds{30});
  kubelet.sick.clear();
  kubelet.refresh("f-function");
  settle();
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_NE(text(kFunction, {"status", "conditions", "StatefulSet", "lastTransitionTime"}), since);
}

TEST_F(ComponentTest, TellsRestartsAndConditionsOfPods) {
  apply(function("f"));
  kubelet.pod_status = json(R"({"conditions": [{"type": "Ready", "status": "True"},
      {"type": "BrokerReachable", "status": "False", "message": "pulsar://b:6650 refuses"}],
      "containerStatuses": [{"restartCount": 1, "state": {"running": {}}, "lastState": {
        "terminated": {"exitCode": 137, "signal": 9, "finishedAt": "2023-01-01T00:00:00Z"}}}]})");
  kubelet.refresh("f-function");
  settle();
  EXPECT_EQ(phase(kFunction), "Degraded");
  EXPECT_EQ(message(kFunction), "1 of 1 instance is ready; f-function-0: pulsar://b:6650 refuses");
  EXPECT_EQ(text(kFunction, {"status", "restarts"}), "1");
  EXPECT_EQ(reasons(kFunction), "Created, Ready, Degraded, InstanceRestarted");
}

TEST_F(ComponentTest, DoesNotTakeWhatBelongsToSomebodyElse) {
  Json foreign = json(R"({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {
      "name": "f-function", "ownerReferences": [{"kind": "Thing", "name": "t", "uid": "u",
      "controller": true}]}, "spec": {"replicas": 1, "template": {"metadata": {"labels": {}}}}})");
  const Object thing = apply(json(R"({"kind": "Thing", "metadata": {"name": "t"}})"));
  foreign.at("metadata").at("ownerReferences").at(0).get_object()["uid"] =
      *base::find(*thing, {"metadata", "uid"});
  apply(foreign);
  apply(function("f"));
  EXPECT_EQ(phase(kFunction), "Failed");
  EXPECT_EQ(message(kFunction),
            "StatefulSet/default/f-function belongs to Thing t: it has to go, or this resource "
            "needs another name");
  remove({"Thing", "default", "t"});
  advance(seconds{10});
  EXPECT_EQ(phase(kFunction), "Ready");
}

TEST_F(ComponentTest, MakesRoomWhereAnEarlierOneOfItsNameLeftSomething) {
  Json left = json(R"({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {
      "name": "f-function", "ownerReferences": [{"kind": "Function", "name": "f", "uid": "earlier",
      "controller": true}, {"kind": "Thing", "name": "t"}]},
      "spec": {"replicas": 1, "template": {"metadata": {"labels": {"left": "over"}}}}})");
  const Object thing = apply(json(R"({"kind": "Thing", "metadata": {"name": "t"}})"));
  // Keeps the collector of garbage away, as if it were late.
  left.at("metadata").at("ownerReferences").at(1).get_object()["uid"] =
      *base::find(*thing, {"metadata", "uid"});
  apply(left);
  advance(seconds{10});
  apply(function("f"));
  advance(seconds{10});
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(text(kSet, {"spec", "template", "metadata", "labels", "left"}), "(none)");
  EXPECT_NE(reasons(kFunction).find("Removed"), std::string::npos);
}

TEST_F(ComponentTest, LeavesAloneWhatIsNewerThanWhatItKnows) {
  Json newer = json(R"({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {
      "name": "f-function", "ownerReferences": [{"kind": "Function", "name": "f", "uid": "later",
      "controller": true}, {"kind": "Thing", "name": "t"}]},
      "spec": {"replicas": 1, "template": {"metadata": {"labels": {"newer": "yes"}}}}})");
  const Object thing = apply(json(R"({"kind": "Thing", "metadata": {"name": "t"}})"));
  newer.at("metadata").at("ownerReferences").at(1).get_object()["uid"] =
      *base::find(*thing, {"metadata", "uid"});
  apply(newer);
  apply(function("f"));
  EXPECT_EQ(phase(kFunction), "Failed");
  EXPECT_EQ(text(kSet, {"spec", "template", "metadata", "labels", "newer"}), "yes");
}

TEST_F(ComponentTest, AdoptsAStatefulSetWithoutTouchingItsPods) {
  Json made_by_another = json(R"({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {
      "name": "f-function"}, "spec": {"replicas": 1, "serviceName": "old", "selector": {
      "matchLabels": {"old": "1"}}, "template": {"metadata": {"labels": {"old": "1"}},
      "spec": {"containers": [{"name": "pulsar-function", "image": "old"}]}}}})");
  apply(made_by_another);
  apply(function("f"));
  EXPECT_EQ(kubelet.pods_started, 1);
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_NE(text(kSet, {"metadata", "ownerReferences"}), "(none)");
  EXPECT_NE(text(kFunction, {"status", "pendingChange"}), "(none)");
  patch(kFunction, R"({"spec": {"replicas": 2}})");
  EXPECT_EQ(kubelet.pods_started, 2);
  apply(function("f", R"({"className": "example.Other", "replicas": 2})"));
  EXPECT_EQ(kubelet.pods_started, 4);
  EXPECT_EQ(text(kSet, {"spec", "serviceName"}), "old");
  EXPECT_EQ(text(kSet, {"spec", "template", "metadata", "labels", "old"}), "1");
  EXPECT_EQ(phase(kFunction), "Ready");
}

TEST_F(ComponentTest, LeavesNothingBehindWhenItIsDeleted) {
  apply(function("f", R"({"maxReplicas": 3})"));
  remove(kFunction);
  for (const char* kind :
       {"Function", "StatefulSet", "Service", "HorizontalPodAutoscaler", "Pod", "Job"}) {
    EXPECT_TRUE(all(kind).empty()) << kind;
  }
}

TEST_F(ComponentTest, CleansUpSubscriptionsBeforeItGoes) {
  kubelet.jobs = FakeKubelet::Jobs::hang;
  std::vector<std::string> said;
  cluster.watch_events(
      [&](const Key&, const local::RecordedEvent& event) { said.push_back(event.reason); });
  apply(function("f", R"({"cleanupSubscription": true})"));
  EXPECT_EQ(text(kFunction, {"metadata", "finalizers"}), R"(["cleanup.subscription.finalizer"])");
  EXPECT_EQ(text(kFunction, {"metadata", "generation"}), "1");
  EXPECT_FALSE(exists(kJob)) << "nothing waits for the deletion";
  remove(kFunction);
  EXPECT_FALSE(exists(kSet)) << "consumers are gone before their subscription is";
  EXPECT_TRUE(exists(kJob));
  EXPECT_EQ(phase(kFunction), "Terminating");
  EXPECT_EQ(message(kFunction), "cleaning up subscriptions");
  const Json done = json(R"({"conditions": [{"type": "Complete", "status": "True"}]})");
  cluster::await(loop, cluster.write_status(kJob, done, {})).value();
  settle();
  EXPECT_FALSE(exists(kFunction));
  EXPECT_FALSE(exists(kJob));
  EXPECT_EQ(said.back(), "CleanupDone");
}

TEST_F(ComponentTest, NeverBlocksADeletionForEver) {
  struct Case {
    FakeKubelet::Jobs jobs;
    bool waits;
  };
  for (const auto& [jobs, waits] :
       {Case{FakeKubelet::Jobs::fail, false}, Case{FakeKubelet::Jobs::hang, true}}) {
    kubelet.jobs = jobs;
    std::string last;
    cluster.watch_events([&](const Key&, const local::RecordedEvent& event) {
      last = event.type + " " + event.reason;
    });
    apply(function("f", R"({"cleanupSubscription": true})"));
    remove(kFunction);
    EXPECT_EQ(exists(kFunction), waits);
    if (waits) {
      advance(minutes{4});
      EXPECT_TRUE(exists(kFunction));
      advance(minutes{1});
    }
    EXPECT_FALSE(exists(kFunction));
    EXPECT_EQ(last, "Warning CleanupFailed");
  }
}

TEST_F(ComponentTest, LetsGoOfWhatNeedsNoCleanUpAnyMore) {
  apply(function("f", R"({"cleanupSubscription": true})"));
  apply(function("f"));
  EXPECT_EQ(text(kFunction, {"metadata", "finalizers"}), "(none)");

  apply(function("g", R"({"cleanupSubscription": true})"));
  patch(function_key("g"), R"({"spec": {"input": null}})");
  EXPECT_EQ(phase(function_key("g")), "Failed");
  remove(function_key("g"));
  EXPECT_FALSE(exists(function_key("g"))) << "an invalid resource can be deleted";

  apply(function("h", R"({"cleanupSubscription": true})"));
  patch(function_key("h"), R"({"metadata": {"annotations": {
      "compute.functionmesh.io/managed": "false"}}})");
  remove(function_key("h"));
  EXPECT_FALSE(exists(function_key("h"))) << "an unmanaged resource can be deleted";
}

TEST_F(ComponentTest, SaysWhichRightIsMissingAndDoesTheRest) {
  flaky.unwritable = {"HorizontalPodAutoscaler"};
  apply(function("f", R"({"maxReplicas": 3})"));
  EXPECT_EQ(phase(kFunction), "Failed");
  EXPECT_EQ(message(kFunction), "you may not patch HorizontalPodAutoscalers");
  EXPECT_TRUE(exists(kSet));
  EXPECT_TRUE(exists(kService));
  EXPECT_EQ(text(kFunction, {"status", "conditions", "StatefulSet", "status"}), "True");
  flaky.unwritable = {};
  advance(minutes{3});
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_TRUE(exists(kAutoscaler));
}

TEST_F(ComponentTest, DoesWithoutReadingWhatItDoesNotNeed) {
  flaky.unreadable = {"Service"};
  apply(function("f"));
  EXPECT_EQ(message(kFunction), "you may not get Services");
  EXPECT_EQ(text(kFunction, {"status", "conditions", "StatefulSet", "status"}), "True");
  EXPECT_FALSE(exists(kService));
  flaky.unreadable = {"HorizontalPodAutoscaler", "VerticalPodAutoscaler", "Job", "Pod"};
  advance(minutes{3});
  EXPECT_EQ(phase(kFunction), "Ready");
  apply(function("f", R"({"maxReplicas": 3})"));
  EXPECT_EQ(phase(kFunction), "Failed");
  EXPECT_EQ(message(kFunction), "you may not get HorizontalPodAutoscalers");
  flaky.unreadable = {};
  advance(minutes{3});
  EXPECT_EQ(phase(kFunction), "Ready");
}

TEST_F(ComponentTest, MakesAVerticalAutoscalerAsSoonAsTheClusterHasSuch) {
  flaky.absent = {"VerticalPodAutoscaler"};
  apply(function("f", R"({"pod": {"vpa": {"updatePolicy": {"updateMode": "Auto"}}}})"));
  EXPECT_EQ(phase(kFunction), "Ready");
  EXPECT_EQ(text(kFunction, {"status", "conditions", "VerticalPodAutoscaler", "reason"}),
            "NotInstalled");
  const auto writes = cluster.writes();
  advance(minutes{5});
  EXPECT_EQ(cluster.writes(), writes);
  flaky.absent = {};
  advance(seconds{30});
  EXPECT_TRUE(exists({"VerticalPodAutoscaler", "default", "f-function"}));
  EXPECT_EQ(text(kFunction, {"status", "conditions", "VerticalPodAutoscaler", "status"}), "True");
}

TEST_F(ComponentTest, MakesNothingAnewThatItMayNotSee) {
  apply(function("f", R"({"cleanupSubscription": true})"));
  flaky.unreadable = {"StatefulSet", "Job"};
  apply(function("f", R"({"cleanupSubscription": true, "className": "example.Other"})"));
  EXPECT_EQ(kubelet.pods_started, 1);
  EXPECT_EQ(phase(kFunction), "Failed");
  remove(kFunction);
  EXPECT_TRUE(exists(kFunction)) << "it cannot be seen whether instances are left";
  advance(minutes{6});
  EXPECT_FALSE(exists(kFunction)) << "but not for ever";
}

TEST_F(ComponentTest, LetsGoAtOnceInANamespaceThatIsGoing) {
  apply(function("f", R"({"cleanupSubscription": true})"));
  flaky.terminating = "default";
  std::string last;
  cluster.watch_events([&](const Key&, const local::RecordedEvent& event) {
    last = event.type + " " + event.reason;
  });
  remove(kFunction);
  EXPECT_FALSE(exists(kFunction));
  EXPECT_EQ(last, "Warning CleanupFailed");
}

TEST_F(ComponentTest, SaysNothingOfANamespaceThatIsGoing) {
  flaky.terminating = "default";
  apply(function("f"));
  EXPECT_EQ(reasons(kFunction), "");
  EXPECT_EQ(phase(kFunction), "(none)");
}

TEST_F(ComponentTest, LeavesAJobAloneThatIsSomebodyElses) {
  apply(json(R"({"apiVersion": "batch/v1", "kind": "Job",
      "metadata": {"name": "f-function-cleanup"}, "spec": {}})"));
  apply(function("f", R"({"cleanupSubscription": true})"));
  EXPECT_TRUE(exists(kJob));
  remove(kFunction);
  EXPECT_EQ(message(kFunction),
            "waiting for Job/default/f-function-cleanup, which is somebody else's, to go");
  advance(minutes{6});
  EXPECT_FALSE(exists(kFunction));
  EXPECT_TRUE(exists(kJob));
}

TEST_F(ComponentTest, RemovesAnAutoscalerWithoutOwnerThatWasMadeForIt) {
  const auto autoscaler = [](std::string_view labels, std::string_view target) {
    return json(R"({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "f-function", "labels": )" +
                std::string{labels} + R"(}, "spec": {"scaleTargetRef": {"kind": "Function",
        "name": ")" +
                std::string{target} + R"("}}})");
  };
  const std::string_view labels = R"({"compute.functionmesh.io/name": "f",
      "compute.functionmesh.io/component": "function"})";
  apply(autoscaler("{}", "f"));
  apply(function("f"));
  EXPECT_TRUE(exists(kAutoscaler)) << "a user's own";
  remove(kAutoscaler);
  apply(autoscaler(labels, "f"));
  advance(seconds{1});
  EXPECT_FALSE(exists(kAutoscaler));
}

TEST_F(ComponentTest, KeepsImmutableFieldsAndSaysSo) {
  const std::string_view claims = R"({"volumeClaimTemplates": [{"metadata": {"name": "data"},
      "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {
      "storage": "1Gi"}}}}]})";
  apply(function("f"));
  apply(function("f", claims));
  EXPECT_EQ(text(kSet, {"spec", "volumeClaimTemplates"}), "(none)");
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}),
            "spec.volumeClaimTemplates (needs a new StatefulSet)");
  remove(kSet);
  EXPECT_NE(text(kSet, {"spec", "volumeClaimTemplates"}), "(none)");
  EXPECT_EQ(text(kFunction, {"status", "pendingChange"}), "(none)");
}

}  // namespace
}  // namespace functionmesh::reconcile
