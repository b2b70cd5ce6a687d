#include "reconcile/difference.hpp"

#include <gtest/gtest.h>

#include "reconcile/fingerprint.hpp"

namespace functionmesh::reconcile {
namespace {

Json json(std::string_view text) {
  return base::parse_json(text).value();
}

TEST(Difference, NamesWhatIsMissingOrOtherwiseAndIgnoresTheRest) {
  struct Case {
    const char* live;
    const char* desired;
    const char* paths;
  };
  for (const auto& [live, desired, paths] : {
           Case{R"({"a": 1})", R"({"a": 1})", ""},
           Case{R"({"a": 1, "added": 2})", R"({"a": 1.0})", ""},
           Case{R"({"a": 1})", R"({"a": 2})", "a"},
           Case{R"({})", R"({"a": {"b": 1}})", "a"},
           Case{R"({"a": {}})", R"({"a": {"b": 1, "c": "x"}})", "a.b, a.c"},
           Case{R"({})", R"({"a": {}, "b": [], "c": "", "d": null, "e": false})", ""},
           Case{R"({})", R"({"replicas": 0})", "replicas"},
           Case{R"({"a": [1, 2]})", R"({"a": [2, 1]})", "a"},
           Case{R"({"a": [1, 2]})", R"({"a": [1]})", "a"},
           Case{R"({"c": [{"name": "x", "image": "1", "defaulted": true}]})",
                R"({"c": [{"name": "x", "image": "2"}]})", "c[x].image"},
           Case{R"({"limits": {"cpu": "1", "memory": "1Gi"}})",
                R"({"limits": {"cpu": "1000m", "memory": 1073741824}})", ""},
           Case{R"({"limits": {"cpu": "1"}})", R"({"limits": {"cpu": "2"}})", "limits.cpu"},
           Case{R"({"version": "1"})", R"({"version": "1000m"})", "version"},
           Case{R"({"a": "text"})", R"({"a": {"b": 1}})", "a"},
           Case{R"({"scheme": "HTTP", "value": "x"})", R"({"scheme": "", "value": ""})", "value"},
           Case{R"({"startupProbe": {"failureThreshold": 3, "periodSeconds": 5}})",
                R"({"startupProbe": {"failureThreshold": 0, "periodSeconds": 0,
                    "initialDelaySeconds": 0}})",
                ""},
           Case{R"({"startupProbe": {"periodSeconds": 5}})",
                R"({"startupProbe": {"periodSeconds": 6}})", "startupProbe.periodSeconds"},
           Case{R"({"replicas": 3})", R"({"replicas": 0})", "replicas"},
           Case{R"({"ports": [{"containerPort": 1, "protocol": "TCP"}]})",
                R"({"ports": [{"containerPort": 1, "hostPort": 0}]})", ""},
           Case{R"({"env": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]})",
                R"({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}]})",
                "env[B].value"},
           Case{R"({"env": [{"name": "A", "value": "1"}, {"name": "X", "value": "1"}]})",
                R"({"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}]})",
                "env[B], env[X]"},
           Case{R"({"volumes": []})", R"({"volumes": [{"name": "v"}]})", "volumes[v]"},
           Case{R"({"ownerReferences": [{"uid": "theirs"}, {"uid": "ours"}]})",
                R"({"ownerReferences": [{"uid": "ours"}]})", ""},
           Case{R"({"metrics": [{"target": {"averageValue": "1"}}]})",
                R"({"metrics": [{"target": {"averageValue": "1000m"}}]})", ""},
           Case{R"({"command": {"exec": {"a": 1, "b": 2}}})", R"({"command": {"exec": {"a": 1}}})",
                "command.exec.b"},
       }) {
    EXPECT_EQ(summary_of(differing_paths(json(live), json(desired))), paths)
        << live << " " << desired;
  }
}

TEST(Difference, SummarisesManyPaths) {
  std::vector<std::string> paths;
  for (int i = 0; i < 11; ++i) {
    paths.push_back("p" + std::to_string(i));
  }
  EXPECT_EQ(summary_of(paths), "p0, p1, p2, p3, p4, p5, p6, p7 and 3 more");
}

TEST(Fingerprint, TellsValuesApartWhateverTheOrderOfMembers) {
  EXPECT_EQ(fingerprint(json(R"({"a": 1, "b": [1, {"c": "d", "e": null}]})")),
            fingerprint(json(R"({"b": [1, {"e": null, "c": "d"}], "a": 1.0})")));
  for (const char* other : {R"({"a": "1"})", R"({"a": 2})", R"({"a": [1]})", R"({"b": 1})",
                            R"({"a": 1, "b": null})", R"([{"a": 1}])"}) {
    EXPECT_NE(fingerprint(json(R"({"a": 1})")), fingerprint(json(other))) << other;
  }
  EXPECT_NE(fingerprint(json(R"(["a", "b"])")), fingerprint(json(R"(["b", "a"])")));
  EXPECT_NE(fingerprint(json(R"(["ab"])")), fingerprint(json(R"(["a", "b"])")));
}

}  // namespace
}  // namespace functionmesh::reconcile
