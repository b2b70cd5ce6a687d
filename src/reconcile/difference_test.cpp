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
