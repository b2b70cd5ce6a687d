#include "plan/plan.hpp"

#include "plan/report.hpp"
#include "reconcile/world_for_test.hpp"
#include "view/text.hpp"

namespace functionmesh::plan {
namespace {

class PlanTest : public reconcile::World {
 protected:
  Plan plan(std::vector<Json> objects) {
    for (Json& object : objects) {
      object.at("metadata").get_object()["namespace"] = "default";
    }
    reconcile::Policy policy;
    policy.render.global_backend_config = "global";
    const auto writes = cluster.writes();
    auto made = cluster::await(
        loop, make_plan(cluster, {std::move(objects), policy, {}}, loop.get_executor(), clock));
    EXPECT_TRUE(made.has_value()) << made.error().message;
    EXPECT_EQ(cluster.writes(), writes) << "it only reads";
    return made.value_or(Plan{});
  }

  /// With the default that an API server fills in.
  static Json stored(std::string_view name, std::string_view more = "{}") {
    return with(function(name, more), R"({"spec": {"minReplicas": 1}})");
  }

  static Json with(Json object, std::string_view patch) {
    base::merge_patch(object, reconcile::json(patch));
    return object;
  }

  /// "change Function/default/f; restart 2, start 1, stop 0, keep 0" of each outcome.
  static std::string summary(const Plan& plan) {
    std::string text;
    for (const Outcome& one : plan.outcomes) {
      text += std::string{word_of(one.action)} + " " + one.key.name + ": restart " +
              std::to_string(one.instances.restart.size()) + ", start " +
              std::to_string(one.instances.start) + ", stop " + std::to_string(one.instances.stop) +
              ", keep " + std::to_string(one.instances.keep) + "\n";
    }
    return text;
  }
};

TEST_F(PlanTest, TellsWhatAFunctionBecomes) {
  const Json f = stored("f", R"({"replicas": 2})");
  Plan made = plan({f});
  EXPECT_EQ(summary(made), "create f: restart 0, start 2, stop 0, keep 0\n");
  EXPECT_TRUE(is_change(made));
  apply(f);

  made = plan({f});
  EXPECT_EQ(summary(made), "same f: restart 0, start 0, stop 0, keep 2\n");
  EXPECT_FALSE(is_change(made));

  made = plan({stored("f", R"({"replicas": 1})")});
  EXPECT_EQ(summary(made), "change f: restart 0, start 0, stop 1, keep 1\n");

  made = plan({stored("f", R"({"replicas": 3, "className": "example.Other"})")});
  EXPECT_EQ(summary(made), "change f: restart 2, start 1, stop 0, keep 0\n");
  ASSERT_EQ(made.outcomes.at(0).fields.size(), 2);
  EXPECT_EQ(made.outcomes.at(0).instances.reason, "the spec changed");
  EXPECT_FALSE(made.outcomes.at(0).instances.because.empty());
}

TEST_F(PlanTest, TellsWhatAMeshDoesToItsChildren) {
  const auto mesh = [](std::vector<std::string> names, std::string_view more) {
    base::JsonArray entries;
    for (const std::string& name : names) {
      Json entry = function_spec(more);
      entry.get_object()["minReplicas"] = 1;
      entry.get_object()["name"] = name;
      entries.push_back(std::move(entry));
    }
    return Json(base::JsonObject{{"apiVersion", api::kApiVersion},
                                 {"kind", "FunctionMesh"},
                                 {"metadata", base::JsonObject{{"name", "m"}}},
                                 {"spec", base::JsonObject{{"functions", std::move(entries)}}}});
  };
  apply(mesh({"a", "b"}, "{}"));
  EXPECT_EQ(summary(plan({mesh({"b", "c"}, R"({"logTopic": "l"})")})),
            "change m: restart 0, start 0, stop 0, keep 0\n"
            "delete m-a: restart 0, start 0, stop 1, keep 0\n"
            "change m-b: restart 1, start 0, stop 0, keep 0\n"
            "create m-c: restart 0, start 1, stop 0, keep 0\n");
  EXPECT_FALSE(is_change(plan({mesh({"a", "b"}, "{}")})));
}

TEST_F(PlanTest, TellsWhatIsWrong) {
  Plan made = plan({stored("f", R"({"pulsar": {"pulsarConfig": "absent"}})")});
  EXPECT_TRUE(has_problems(made));
  made = plan({with(stored("m-x"), R"({"metadata": {"annotations":
      {"compute.functionmesh.io/managed": "false"}}})")});
  ASSERT_EQ(made.outcomes.at(0).notes.size(), 1);
  EXPECT_TRUE(made.outcomes.at(0).objects.empty());
}

TEST_F(PlanTest, IsAsTextNeverWiderThanAsked) {
  apply(stored("f"));
  const Plan made =
      plan({stored("f", R"({"replicas": 3, "className": "example.Other"})"), stored("new")});
  for (const int width : {20, 80, 100}) {
    const std::string whole = text_of(made, width, false);
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t end = whole.find('\n', at);
      EXPECT_LE(view::columns(whole.substr(at, end - at)), width);
      at = end + 1;
    }
  }
  const Json json = json_of(made);
  EXPECT_TRUE(json.at("changes").as_bool());
  EXPECT_EQ(json.at("resources").as_array().size(), 2);
}

}  // namespace
}  // namespace functionmesh::plan
