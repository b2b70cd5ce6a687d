#include "plan/field_change.hpp"

#include <gtest/gtest.h>

namespace functionmesh::plan {
namespace {

Json json(std::string_view text) {
  return base::parse_json(text).value();
}

/// "path: from -> to", a change a line.
std::vector<std::string> lines_of(const std::vector<FieldChange>& changes) {
  std::vector<std::string> lines;
  for (const FieldChange& change : changes) {
    const auto text = [](const std::optional<Json>& value) {
      return value ? base::write_json(*value) : std::string{"-"};
    };
    lines.push_back(change.path + ": " + text(change.from) + " -> " + text(change.to));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(FieldChanges, AreToldFieldByField) {
  struct Case {
    const char* before;
    const char* after;
    Lines lines;
  };
  for (const Case& one : {
           Case{R"({"a": 1, "b": {"c": 2}})", R"({"b": {"c": 2}, "a": 1.0})", {}},
           Case{R"({"a": 1, "b": {"c": 2}})", R"({"b": {"c": 3}})", {"b.c: 2 -> 3", "a: 1 -> -"}},
           Case{R"({"a": [1, 2]})", R"({"a": [1, 3]})", {"a: [1,2] -> [1,3]"}},
           Case{R"({"f": [{"name": "x", "v": 1}, {"name": "y", "v": 1}]})",
                R"({"f": [{"name": "y", "v": 2}, {"name": "z"}]})",
                {R"(f[y].v: 1 -> 2)", R"(f[z]: - -> {"name":"z"})",
                 R"(f[x]: {"name":"x","v":1} -> -)"}},
           Case{R"({"f": [{"v": 1}]})", R"({"f": [{"v": 2}]})", {"f[0].v: 1 -> 2"}},
           Case{R"({"f": [{"v": 1}]})", R"({"f": []})", {R"(f: [{"v":1}] -> [])"}},
           Case{R"({"a": null})", R"({"a": {"b": 1}})", {R"(a: null -> {"b":1})"}},
       }) {
    EXPECT_EQ(lines_of(changes_between(json(one.before), json(one.after))), one.lines)
        << one.before << " " << one.after;
  }
}

TEST(FieldChanges, NeverTellSecrets) {
  const Json before = json(R"({"sinkConfig": {"dbPassword": "old", "url": "u"},
      "env": [{"name": "API_TOKEN", "value": "t0"}], "auth": {"clientAuthenticationParameters": "p"}})");
  const Json after = json(R"({"sinkConfig": {"dbPassword": "new", "url": "v", "more":
      {"access_key": {"deep": "k"}}}, "env": [{"name": "API_TOKEN", "value": "t1"},
      {"name": "SECRET_KEY", "value": "s"}], "auth": {"clientAuthenticationParameters": "q"}})");
  for (const auto& changes :
       {changes_between(before, after), changes_at({"sinkConfig", "env", "auth"}, before, after)}) {
    std::string all;
    for (const std::string& line : lines_of(changes)) {
      all += line + "\n";
    }
    for (const char* secret : {"old", "new", "t0", "t1", "\"s\"", "\"k\"", "\"p\"", "\"q\""}) {
      EXPECT_EQ(all.find(secret), std::string::npos) << secret << " in\n" << all;
    }
    EXPECT_NE(all.find("dbPassword"), std::string::npos);
    EXPECT_NE(all.find("\"v\""), std::string::npos);
  }
}

TEST(FieldChanges, FindWhatPathsOfOthersMean) {
  const Json before = json(R"({"spec": {"template": {"metadata": {"labels": {"a.b/c": "1"}},
      "spec": {"containers": [{"name": "main", "image": "x", "ports": [{"containerPort": 80}],
      "command": ["sh"]}]}}}})");
  const Json after = json(R"({"spec": {"template": {"metadata": {"labels": {"a.b/c": "2"}},
      "spec": {"containers": [{"name": "main", "image": "y", "ports": [
      {"containerPort": 80, "name": "p"}], "command": ["bash"]}]}}}})");
  const std::string container = "spec.template.spec.containers[main]";
  const auto changes = changes_at({"spec.template.metadata.labels.a.b/c", container + ".image",
                                   container + ".ports[80/TCP].name", container + ".command.exec.x",
                                   "spec.nothing[", "spec.template[3]"},
                                  before, after);
  EXPECT_EQ(lines_of(changes), (Lines{R"(spec.template.metadata.labels.a.b/c: "1" -> "2")",
                                      container + R"(.image: "x" -> "y")",
                                      container + R"(.ports[80/TCP].name: - -> "p")",
                                      container + ".command.exec.x: - -> -",
                                      "spec.nothing[: - -> -", "spec.template[3]: - -> -"}));
  EXPECT_TRUE(changes[1].told);
  EXPECT_FALSE(changes[3].told);
}

}  // namespace
}  // namespace functionmesh::plan
