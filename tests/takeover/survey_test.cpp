#include "reconcile/survey.hpp"

#include "left_cluster_for_test.hpp"

namespace functionmesh::reconcile {
namespace {

using Verdict = Outlook::Verdict;

class Survey : public LeftCluster {
 protected:
  std::map<std::string, Outlook> survey_all(const Policy& policy = {}) {
    const auto writes = cluster.writes();
    const auto all = cluster::await(loop, survey(cluster, policy, {}, clock.now())).value();
    EXPECT_EQ(cluster.writes(), writes) << "it only reads";
    std::map<std::string, Outlook> by_name;
    for (const Outlook& outlook : all) {
      by_name[outlook.key.kind + "/" + outlook.key.name] = outlook;
    }
    return by_name;
  }
};

TEST_F(Survey, SaysThatEverythingIsTakenOverAndWhatGoes) {
  const auto outlooks = survey_all();
  EXPECT_EQ(outlooks.size(), 8U);
  for (const auto& [name, outlook] : outlooks) {
    EXPECT_EQ(outlook.verdict, Verdict::taken) << name;
    EXPECT_EQ(outlook.waits, "") << name;
    EXPECT_EQ(outlook.attention, "") << name;
  }
  EXPECT_TRUE(outlooks.at("Function/enrich").actions.empty());
  EXPECT_EQ(
      outlooks.at("Function/score").actions,
      (std::vector<std::string>{"HorizontalPodAutoscaler/streams/score-function would be removed "
                                "(it is not asked for)",
                                "Job/streams/score-function-cleanup would be removed "
                                "(a clean-up runs at deletion only)"}));
}

TEST_F(Survey, SaysThatNothingIsLeftToDoAfterwards) {
  start_manager();
  stop_manager();
  for (const auto& [name, outlook] : survey_all()) {
    EXPECT_EQ(outlook.verdict, Verdict::unchanged) << name;
    EXPECT_TRUE(outlook.actions.empty()) << name;
  }
}

TEST_F(Survey, FindsWhatDiffersWhatRestartsAndWhatIsWrong) {
  patch(in_streams("StatefulSet", "route-function"), R"({"spec": {"template": {"spec": {
      "terminationGracePeriodSeconds": 5, "tolerations": [{"operator": "Exists"}]}}}})");
  patch(in_streams("Function", "enrich"), R"({"spec": {"className": "com.example.Other"}})");
  patch(in_streams("Source", "ingest"), R"({"spec": {"output": {"topic": 5}}})");
  patch(in_streams("Function", "billing-sum"), R"({"spec": {"className": "com.example.Theirs"}})");
  remove(in_streams("StatefulSet", "archive-sink"));
  patch(in_streams("Function", "score"),
        R"({"metadata": {"annotations": {"compute.functionmesh.io/managed": "false"}}})");
  const auto outlooks = survey_all();
  EXPECT_EQ(outlooks.at("Function/route").verdict, Verdict::taken);
  EXPECT_EQ(outlooks.at("Function/route").waits,
            "spec.template.spec.tolerations, spec.template.spec.terminationGracePeriodSeconds");
  EXPECT_EQ(outlooks.at("Function/enrich").verdict, Verdict::attention);
  EXPECT_EQ(outlooks.at("Function/enrich").attention,
            "StatefulSet/streams/enrich-function's pods would be restarted: the spec changed since "
            "the last operator looked at it: spec.template.spec.containers[pulsar-function]"
            ".command.exec.--function_details.className");
  EXPECT_EQ(outlooks.at("Source/ingest").verdict, Verdict::attention);
  EXPECT_EQ(outlooks.at("Source/ingest").attention.find("spec.output.topic: "), 0U);
  EXPECT_EQ(outlooks.at("FunctionMesh/billing").verdict, Verdict::attention);
  EXPECT_EQ(outlooks.at("FunctionMesh/billing").attention,
            "Function/streams/billing-sum would be changed to what the mesh says, and its pods "
            "restarted: spec.className");
  EXPECT_EQ(outlooks.at("Sink/archive").verdict, Verdict::taken);
  EXPECT_EQ(outlooks.at("Sink/archive").actions.front(),
            "StatefulSet/streams/archive-sink would be created");
  EXPECT_EQ(outlooks.at("Function/score").verdict, Verdict::unchanged);
}

}  // namespace
}  // namespace functionmesh::reconcile
