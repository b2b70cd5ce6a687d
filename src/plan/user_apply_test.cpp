#include "plan/user_apply.hpp"

#include <gtest/gtest.h>

namespace functionmesh::plan {
namespace {

base::Json json(std::string_view text) {
  return base::parse_json(text).value();
}

/// A Function whose last apply by kubectl had `last` as its spec, and that has `spec` now.
base::Json live(std::string_view last, std::string_view spec) {
  base::Json object = json(R"({"kind": "Function", "metadata": {"name": "f", "generation": 3,
      "annotations": {}}})");
  object.at("metadata")
      .at("annotations")
      .get_object()["kubectl.kubernetes.io/last-applied-configuration"] =
      R"({"spec": )" + std::string{last} + "}";
  object.get_object()["spec"] = json(spec);
  return object;
}

base::Json wanted(std::string_view spec) {
  base::Json object = json(R"({"kind": "Function", "metadata": {"name": "f"}})");
  object.get_object()["spec"] = json(spec);
  return object;
}

TEST(UserApply, DropsWhatTheFilesHadAndKeepsWhatOthersSet) {
  const base::Json after = applied_by_user(
      live(R"({"a": 1, "b": {"c": 1}})",
           R"({"a": 1, "b": {"c": 1, "other": 2}, "minReplicas": 1, "replicas": 5})"),
      wanted(R"({"b": {"d": 1}})"));
  EXPECT_EQ(base::write_json(after.at("spec")),
            R"({"b":{"other":2,"d":1},"minReplicas":1,"replicas":5})");
  EXPECT_EQ(base::number_at(after, {"metadata", "generation"}), 4);
}

TEST(UserApply, OfTheSameChangesNothing) {
  const base::Json before = live(R"({"a": 1})", R"({"a": 1, "minReplicas": 1})");
  const base::Json after = applied_by_user(before, wanted(R"({"a": 1})"));
  EXPECT_TRUE(base::equal(before.at("spec"), after.at("spec")));
  EXPECT_EQ(base::number_at(after, {"metadata", "generation"}), 3);
}

TEST(UserApply, FillsInTheDefinitionsDefaultsAsTheServerDoes) {
  base::Json before = live(R"({})", R"({})");
  EXPECT_EQ(base::number_at(applied_by_user(before, wanted("{}")), {"spec", "minReplicas"}), 1);
  base::Json mesh = json(R"({"kind": "FunctionMesh", "metadata": {"name": "m", "generation": 1},
      "spec": {"functions": [{"name": "f", "minReplicas": 1}]}})");
  const base::Json same =
      applied_by_user(mesh, json(R"({"kind": "FunctionMesh", "metadata": {"name": "m"},
                     "spec": {"functions": [{"name": "f"}]}})"));
  EXPECT_EQ(base::number_at(same, {"metadata", "generation"}), 1);
}

TEST(UserApply, KnowsServerSideApplyByItsManagedFields) {
  base::Json before = json(R"({"kind": "Function", "metadata": {"name": "f", "generation": 1,
      "managedFields": [{"manager": "kubectl", "operation": "Apply",
        "fieldsV1": {"f:spec": {"f:a": {}, "f:b": {}}}},
       {"manager": "functionmesh", "operation": "Apply", "fieldsV1": {"f:spec": {"f:c": {}}}}]},
      "spec": {"a": 1, "b": 2, "c": 3, "minReplicas": 1}})");
  const base::Json after = applied_by_user(before, wanted(R"({"a": 1})"));
  EXPECT_EQ(base::write_json(after.at("spec")), R"({"a":1,"c":3,"minReplicas":1})");
}

}  // namespace
}  // namespace functionmesh::plan
