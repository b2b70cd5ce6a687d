#include "reconcile/manager.hpp"
#include "reconcile/world_for_test.hpp"

namespace functionmesh::reconcile {
namespace {

const Key kMesh{"FunctionMesh", "default", "m"};

class MeshTest : public World {
 protected:
  static Json entry(std::string_view name, std::string_view more = "{}") {
    Json spec = function_spec(more);
    spec.get_object()["name"] = name;
    return spec;
  }

  static Json mesh(base::JsonArray functions) {
    return base::JsonObject{{"apiVersion", api::kApiVersion},
                            {"kind", "FunctionMesh"},
                            {"metadata", base::JsonObject{{"name", "m"}}},
                            {"spec", base::JsonObject{{"functions", std::move(functions)}}}};
  }
};

TEST_F(MeshTest, MakesAChildOfEachEntryAndIsReadyWhenAllAre) {
  apply(mesh({entry("a"), entry("b")}));
  EXPECT_EQ(phase(function_key("m-a")), "Ready");
  EXPECT_EQ(phase(function_key("m-b")), "Ready");
  EXPECT_EQ(phase(kMesh), "Ready");
  EXPECT_EQ(message(kMesh), "2 of 2 components are ready");
  EXPECT_EQ(text(kMesh, {"status", "ready"}), "2");
  EXPECT_EQ(text(kMesh, {"status", "total"}), "2");
  EXPECT_EQ(text(kMesh, {"status", "condition", "condition"}), "MeshReady");
  EXPECT_EQ(text(kMesh, {"status", "condition", "status"}), "True");
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "a", "condition"}), "FunctionReady");
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "b", "status"}), "True");
  EXPECT_EQ(text(kMesh, {"status", "observedGeneration"}), "1");
  EXPECT_EQ(reasons(kMesh), "Created, Created, Ready");
}

TEST_F(MeshTest, WritesNothingAtRestAndNothingAfterARestart) {
  apply(mesh({entry("a"), entry("b", R"({"maxReplicas": 3})")}));
  const auto writes = cluster.writes();
  advance(std::chrono::minutes{60});
  stop_manager();
  start_manager();
  EXPECT_EQ(cluster.writes(), writes);
}

TEST_F(MeshTest, RenamesByDeletingAndCreating) {
  apply(mesh({entry("a"), entry("b")}));
  apply(mesh({entry("a"), entry("c")}));
  EXPECT_TRUE(exists(function_key("m-a")));
  EXPECT_FALSE(exists(function_key("m-b")));
  EXPECT_FALSE(exists(set_key("m-b")));
  EXPECT_TRUE(exists(function_key("m-c")));
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "b"}), "(none)");
  EXPECT_EQ(kubelet.pods_started, 3) << "what was not touched keeps running";
}

TEST_F(MeshTest, ShowsOrphansUntilTheyAreGone) {
  kubelet.jobs = FakeKubelet::Jobs::hang;
  apply(mesh({entry("a"), entry("b", R"({"cleanupSubscription": true})")}));
  apply(mesh({entry("a")}));
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "b", "condition"}), "Orphaned");
  EXPECT_EQ(phase(kMesh), "Ready");
  advance(std::chrono::minutes{5});
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "b"}), "(none)");
}

TEST_F(MeshTest, LeavesReplicasToWhoSetThemUntilTheEntrySaysOtherwise) {
  apply(
      mesh({entry("a", R"({"replicas": 1})"), entry("b", R"({"replicas": 1, "maxReplicas": 5})")}));
  patch(function_key("m-a"), R"({"spec": {"replicas": 3}})");
  patch(function_key("m-b"), R"({"spec": {"replicas": 4}})");
  EXPECT_EQ(text(set_key("m-a"), {"spec", "replicas"}), "3");
  EXPECT_EQ(text(set_key("m-b"), {"spec", "replicas"}), "4");
  apply(mesh({entry("a", R"({"replicas": 1, "className": "example.Other"})"),
              entry("b", R"({"replicas": 1, "maxReplicas": 5})")}));
  EXPECT_EQ(text(set_key("m-a"), {"spec", "replicas"}), "3") << "another field changed";
  apply(
      mesh({entry("a", R"({"replicas": 2})"), entry("b", R"({"replicas": 1, "maxReplicas": 6})")}));
  EXPECT_EQ(text(set_key("m-a"), {"spec", "replicas"}), "2");
  EXPECT_EQ(text(set_key("m-b"), {"spec", "replicas"}), "1");
  EXPECT_EQ(phase(kMesh), "Ready");
}

TEST_F(MeshTest, HealsChildrenThatSomebodyElseChangedOrDeleted) {
  apply(mesh({entry("a")}));
  patch(function_key("m-a"), R"({"spec": {"className": "example.Theirs"}})");
  EXPECT_EQ(text(function_key("m-a"), {"spec", "className"}), "example.Exclamation");
  remove(function_key("m-a"));
  EXPECT_EQ(phase(function_key("m-a")), "Ready");
  EXPECT_EQ(phase(kMesh), "Ready");
}

TEST_F(MeshTest, SaysWhichPartIsNotReadyAndWhy) {
  kubelet.sick.insert("m-b-function");
  apply(mesh({entry("a"), entry("b")}));
  EXPECT_EQ(phase(kMesh), "Degraded");
  EXPECT_EQ(message(kMesh),
            "1 of 2 components are ready; Function b: 0 of 1 instance is ready; "
            "m-b-function-0: exited with 1: no such file (4 restarts)");
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "a", "status"}), "True");
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "b", "status"}), "False");
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "b", "reason"}), "Degraded");
  EXPECT_EQ(text(kMesh, {"status", "condition", "status"}), "False");
}

TEST_F(MeshTest, DoesNotTakeAFunctionThatIsNotItsOwn) {
  apply(function("m-a"));
  apply(mesh({entry("a"), entry("b")}));
  EXPECT_EQ(phase(kMesh), "Degraded");
  EXPECT_EQ(text(kMesh, {"status", "functionConditions", "a", "reason"}), "NameTaken");
  EXPECT_EQ(phase(function_key("m-b")), "Ready");
  remove(function_key("m-a"));
  advance(std::chrono::seconds{10});
  EXPECT_EQ(phase(kMesh), "Ready");
}

TEST_F(MeshTest, SaysWhatIsWrongWithAnInvalidMeshAndLeavesWhatRuns) {
  apply(mesh({entry("a")}));
  apply(mesh({entry("a"), entry("a")}));
  EXPECT_EQ(phase(kMesh), "Failed");
  EXPECT_EQ(message(kMesh).find("spec.functions[1]"), 0U) << message(kMesh);
  EXPECT_EQ(phase(function_key("m-a")), "Ready");
  apply(mesh({entry("a")}));
  EXPECT_EQ(phase(kMesh), "Ready");
}

TEST_F(MeshTest, OverrulesNobodyWhoScalesInTheSameMoment) {
  apply(mesh({entry("a", R"({"replicas": 1, "maxReplicas": 5})")}));
  MeshView view;
  view.mesh = find(kMesh);
  Json changed = *view.mesh;
  changed.at("spec").at("functions").at(0).get_object()["className"] = "example.Other";
  view.mesh = std::make_shared<const Json>(std::move(changed));
  view.components.emplace(function_key("m-a"), find(function_key("m-a")));
  const MeshPlan plan = plan_mesh(view, {});
  ASSERT_EQ(plan.changes.size(), 1U);
  patch(function_key("m-a"), R"({"spec": {"replicas": 4}})");
  const auto result = cluster::await(loop, cluster.apply(plan.changes.front().body));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, base::Error::Code::conflict);
}

TEST_F(MeshTest, GoesOnWithTheKindsThatItMaySee) {
  flaky.unreadable = {"Sink"};
  Json both = mesh({entry("a")});
  Json sink = function_spec(R"({"name": "b", "sinkConfig": {"a": 1}, "output": null})");
  both.at("spec").get_object()["sinks"] = base::JsonArray{sink};
  apply(both);
  EXPECT_EQ(phase(function_key("m-a")), "Ready");
  EXPECT_EQ(phase(kMesh), "Degraded");
  EXPECT_EQ(text(kMesh, {"status", "sinkConditions", "b", "message"}), "you may not list Sinks");
  flaky.unreadable = {};
  advance(std::chrono::minutes{3});
  EXPECT_EQ(phase(kMesh), "Ready");
}

TEST_F(MeshTest, TakesItsChildrenAlong) {
  apply(mesh({entry("a"), entry("b", R"({"cleanupSubscription": true})")}));
  remove(kMesh);
  settle();
  for (const char* kind : {"FunctionMesh", "Function", "StatefulSet", "Service", "Pod", "Job"}) {
    EXPECT_TRUE(all(kind).empty()) << kind;
  }
}

}  // namespace
}  // namespace functionmesh::reconcile
