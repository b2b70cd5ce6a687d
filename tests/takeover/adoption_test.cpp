#include "left_cluster_for_test.hpp"
#include "reconcile/metadata.hpp"

namespace functionmesh::reconcile {
namespace {

class Takeover : public LeftCluster {
 protected:
  std::map<std::string, std::string> specs_of(const std::string& kind) {
    std::map<std::string, std::string> specs;
    for (const Object& object : all(kind)) {
      specs[cluster::key_of(*object).name] = base::write_json(*base::find(*object, {"spec"}));
    }
    return specs;
  }

  std::map<std::string, std::string> generations_of(const std::string& kind) {
    std::map<std::string, std::string> generations;
    for (const Object& object : all(kind)) {
      generations[cluster::key_of(*object).name] = std::to_string(generation_of(*object));
    }
    return generations;
  }

  std::vector<Key> components() {
    std::vector<Key> keys;
    for (const char* kind : {"Function", "Source", "Sink"}) {
      for (const Object& object : all(kind)) {
        keys.push_back(cluster::key_of(*object));
      }
    }
    return keys;
  }
};

TEST_F(Takeover, ChangesNoSpecAndTouchesNoPod) {
  const int pods = kubelet.pods_started;
  ASSERT_EQ(pods, 9);
  const auto sets = specs_of("StatefulSet");
  ASSERT_EQ(sets.size(), 7U);
  std::map<std::string, std::map<std::string, std::string>> specs;
  const auto kinds = {"StatefulSet", "Function", "Source", "Sink", "FunctionMesh"};
  for (const char* kind : kinds) {
    specs[kind] = specs_of(kind);
  }
  const auto generations = generations_of("StatefulSet");
  start_manager();
  for (const char* kind : kinds) {
    EXPECT_EQ(specs_of(kind), specs[kind]) << kind;
  }
  EXPECT_EQ(generations_of("StatefulSet"), generations);
  EXPECT_EQ(kubelet.pods_started, pods);
}

TEST_F(Takeover, TellsTheTruthInEveryStatus) {
  start_manager();
  ASSERT_EQ(components().size(), 7U);
  for (const Key& key : components()) {
    SCOPED_TRACE(cluster::to_string(key));
    EXPECT_EQ(phase(key), "Ready");
    EXPECT_EQ(text(key, {"status", "pendingChange"}), "(none)");
    EXPECT_EQ(text(key, {"status", "observedGeneration"}), text(key, {"metadata", "generation"}));
    EXPECT_EQ(text(key, {"status", "conditions", "StatefulSet", "status"}), "True");
    EXPECT_EQ(text(key, {"status", "conditions", "StatefulSet", "action"}), "NoAction");
    EXPECT_EQ(text(key, {"status", "conditions", "Service", "status"}), "True");
    EXPECT_NE(reasons(key).find("Adopted"), std::string::npos);
  }
  const Key mesh = in_streams("FunctionMesh", "billing");
  EXPECT_EQ(phase(mesh), "Ready");
  EXPECT_EQ(message(mesh), "2 of 2 components are ready");
  EXPECT_EQ(message(function_in_streams("enrich")), "2 of 2 instances are ready");
}

TEST_F(Takeover, RemovesOrphanedAutoscalersAndParkedJobsOnly) {
  start_manager();
  std::vector<std::string> autoscalers;
  for (const Object& object : all("HorizontalPodAutoscaler")) {
    autoscalers.push_back(cluster::key_of(*object).name);
  }
  EXPECT_EQ(autoscalers, (std::vector<std::string>{"billing-rate-function", "billing-sum-function",
                                                   "enrich-function"}));
  EXPECT_TRUE(all("Job").empty());
  EXPECT_EQ(all("Service").size(), 7U);
  EXPECT_EQ(text(function_in_streams("score"), {"metadata", "finalizers"}),
            R"(["cleanup.subscription.finalizer"])");
  EXPECT_EQ(text(in_streams("Sink", "archive"), {"metadata", "finalizers"}),
            R"(["cleanup.subscription.finalizer"])");
}

TEST_F(Takeover, WritesNothingTheSecondTime) {
  start_manager();
  const auto writes = cluster.writes();
  advance(std::chrono::hours{1});
  stop_manager();
  start_manager();
  EXPECT_EQ(cluster.writes(), writes);
}

TEST_F(Takeover, RollsOutAChangedSpecOnceAndNothingElse) {
  start_manager();
  const int pods = kubelet.pods_started;
  const auto before = specs_of("StatefulSet");
  patch(function_in_streams("enrich"), R"({"spec": {"className": "com.example.Better"}})");
  auto after = specs_of("StatefulSet");
  EXPECT_NE(after["enrich-function"], before.at("enrich-function"));
  EXPECT_NE(after["enrich-function"].find("com.example.Better"), std::string::npos);
  EXPECT_EQ(text(in_streams("StatefulSet", "enrich-function"), {"metadata", "generation"}), "2");
  EXPECT_EQ(kubelet.pods_started, pods + 2) << "each of its instances once";
  after["enrich-function"] = before.at("enrich-function");
  EXPECT_EQ(after, before);
  const auto writes = cluster.writes();
  stop_manager();
  start_manager();
  EXPECT_EQ(cluster.writes(), writes);
  EXPECT_EQ(text(function_in_streams("enrich"), {"status", "pendingChange"}), "(none)");
}

TEST_F(Takeover, DropsWhatTheOtherOperatorSetAndTheNewSpecDoesNotHave) {
  start_manager();
  const Key set = in_streams("StatefulSet", "enrich-function");
  ASSERT_NE(text(set, {"spec", "template", "spec", "tolerations"}), "(none)");
  patch(function_in_streams("enrich"), R"({"spec": {"pod": {"tolerations": null}}})");
  EXPECT_EQ(text(set, {"spec", "template", "spec", "tolerations"}), "(none)");
  EXPECT_EQ(text(set, {"spec", "serviceName"}), "enrich-function-headless");
}

TEST_F(Takeover, ChangesAPartOfAMeshWhenItsEntryDoes) {
  start_manager();
  const int pods = kubelet.pods_started;
  const Key mesh = in_streams("FunctionMesh", "billing");
  Json spec = *base::find(*find(mesh), {"spec"});
  spec.at("functions").at(0).get_object()["className"] = "com.example.BetterRate";
  patch(mesh, base::write_json(Json{{"spec", spec}}));
  EXPECT_EQ(text(function_in_streams("billing-rate"), {"spec", "className"}),
            "com.example.BetterRate");
  EXPECT_EQ(text(function_in_streams("billing-sum"), {"spec", "className"}), "com.example.Rate");
  EXPECT_EQ(text(function_in_streams("billing-sum"), {"metadata", "generation"}), "1");
  EXPECT_EQ(kubelet.pods_started, pods + 1);
  EXPECT_EQ(phase(mesh), "Ready");
}

TEST_F(Takeover, LeavesReplicasToTheAutoscalerThatSetThem) {
  patch(function_in_streams("billing-rate"), R"({"spec": {"replicas": 3}})");
  start_manager();
  EXPECT_EQ(text(function_in_streams("billing-rate"), {"spec", "replicas"}), "3");
  patch(function_in_streams("billing-rate"), R"({"spec": {"replicas": 2}})");
  EXPECT_EQ(text(function_in_streams("billing-rate"), {"spec", "replicas"}), "2");
  EXPECT_EQ(text(in_streams("StatefulSet", "billing-rate-function"), {"spec", "replicas"}), "2");
}

TEST_F(Takeover, ShowsWhatReallyDiffersAndLetsItWait) {
  const Key set = in_streams("StatefulSet", "route-function");
  Policy policy;
  policy.render.controller.go_image = "elsewhere/go:2";
  policy.render.controller.resource_annotations = {{"team", "a"}};
  const int pods = kubelet.pods_started;
  start_manager(policy);
  EXPECT_EQ(kubelet.pods_started, pods);
  EXPECT_EQ(text(function_in_streams("route"), {"status", "pendingChange"}),
            "spec.template.metadata.annotations.team, "
            "spec.template.spec.containers[pulsar-function].image");
  EXPECT_EQ(phase(function_in_streams("route")), "Ready");

  patch(function_in_streams("route"), R"({"metadata": {"annotations": {
      "compute.functionmesh.io/rollout": "now"}}})");
  EXPECT_EQ(kubelet.pods_started, pods + 1);
  EXPECT_EQ(text(function_in_streams("route"), {"status", "pendingChange"}), "(none)");
}

TEST_F(Takeover, RollsOutWhatWasChangedWhileNoOperatorRan) {
  const int pods = kubelet.pods_started;
  patch(function_in_streams("route"), R"({"spec": {"subscriptionName": "other"}})");
  start_manager();
  EXPECT_EQ(kubelet.pods_started, pods + 1);
  EXPECT_EQ(reasons(function_in_streams("route")).find("RolledOut"), 0U);
  EXPECT_EQ(text(function_in_streams("route"), {"status", "observedGeneration"}), "2");
}

TEST_F(Takeover, TakesNoScalingWhileNoOperatorRanForAChange) {
  patch(function_in_streams("enrich"), R"({"spec": {"replicas": 3}})");
  patch(function_in_streams("enrich"), R"({"spec": {"replicas": 4}})");
  Policy policy;
  policy.render.controller.java_image = "elsewhere/java:2";
  const int pods = kubelet.pods_started;
  start_manager(policy);
  EXPECT_EQ(kubelet.pods_started, pods + 2) << "none but the two that are more";
  EXPECT_EQ(text(function_in_streams("enrich"), {"status", "pendingChange"}),
            "spec.template.spec.containers[pulsar-function].image");
}

TEST_F(Takeover, PutsBackWhatSomebodyChangesInAnAdoptedStatefulSet) {
  start_manager();
  const Key set = in_streams("StatefulSet", "ingest-source");
  const Key source = in_streams("Source", "ingest");
  patch(set, R"({"spec": {"template": {"spec": {"nodeSelector": {"disk": "none"}}}}})");
  EXPECT_EQ(text(set, {"spec", "template", "spec", "nodeSelector"}), "(none)");
  EXPECT_NE(reasons(source).find("Healed"), std::string::npos);
  EXPECT_EQ(text(source, {"status", "pendingChange"}), "(none)");
}

TEST_F(Takeover, DoesNotTakeSpecsThatMeanTheSameForAChange) {
  start_manager();
  const int pods = kubelet.pods_started;
  // A user's file applied again takes out what an operator wrote back into the resource.
  patch(function_in_streams("score"), R"({"spec": {"imagePullPolicy": "", "pod": null}})");
  EXPECT_EQ(kubelet.pods_started, pods);
  EXPECT_EQ(text(function_in_streams("score"), {"status", "pendingChange"}), "(none)");
}

TEST_F(Takeover, ReadsResourcesThatTheOtherOperatorWroteBackInto) {
  const Key function = function_in_streams("billing-rate");
  const std::string_view secrets = R"([{"name": "pull"}, {"name": "pull"}])";
  const std::string in_spec = R"({"imagePullSecrets": )" + std::string{secrets} + "}";
  patch(function, R"({"spec": {"imagePullPolicy": "Always", "pod": )" + in_spec + "}}");
  patch(in_streams("StatefulSet", "billing-rate-function"),
        R"({"spec": {"template": {"spec": )" + in_spec + "}}}");
  cluster::await(
      loop, cluster.write_status(function, json(R"({"observedGeneration": 2, "replicas": 1})"), {}))
      .value();
  settle();
  Policy policy;
  policy.render.controller.pull_secrets = {"pull"};
  const int pods = kubelet.pods_started;
  start_manager(policy);
  EXPECT_EQ(text(function, {"metadata", "generation"}), "2");
  EXPECT_EQ(kubelet.pods_started, pods);
}

TEST_F(Takeover, DeletesWithACleanUpOfItsOwn) {
  start_manager();
  remove(function_in_streams("score"));
  EXPECT_FALSE(exists(function_in_streams("score")));
  EXPECT_FALSE(exists(in_streams("StatefulSet", "score-function")));
  EXPECT_TRUE(all("Job").empty());
}

}  // namespace
}  // namespace functionmesh::reconcile
