#include "reconcile/summary.hpp"

#include <gtest/gtest.h>

namespace functionmesh::reconcile {
namespace {

using api::Kind;

TEST(Summary, SaysWhatAComponentIs) {
  struct Case {
    Kind kind;
    const char* spec;
    const char* said;
  };
  const Case cases[]{
      {Kind::function, R"({"java": {"jar": "a"}, "input": {"topics": ["a", "b"]},
          "output": {"topic": "c"}})",
       "java | a, b | c"},
      {Kind::function, R"({"python": {"py": "a"}, "input": {"topicPattern": "in-.*",
          "sourceSpecs": {"x": {}, "y": {}}, "customSerdeSources": {"z": "S"}}})",
       "python | in-.*, z, x and 1 more | "},
      {Kind::function, R"({"golang": {"go": "a"}, "sourceConfig": {"sourceType": "kafka"},
          "sinkConfig": {"className": "org.acme.Elastic"}})",
       "go | kafka | Elastic"},
      {Kind::function, R"({"genericRuntime": {"language": "wasm"}})", "wasm |  | "},
      {Kind::source, R"({"java": {"jar": "a"}, "className": "Generator", "sourceConfig": {},
          "output": {"topic": "c"}})",
       "java | Generator | c"},
      {Kind::sink, R"({"java": {"jar": "a"}, "sinkType": "jdbc", "className": "a.B",
          "sinkConfig": {}, "input": {"topics": ["a"]}})",
       "java | a | jdbc"},
      {Kind::function, R"({"java": 1, "input": {"topics": [1], "sourceSpecs": []}})", "java |  | "},
      {Kind::function, "[]", " |  | "},
  };
  for (const auto& [kind, spec, said] : cases) {
    const api::Json resource{{"spec", base::parse_json(spec).value()}};
    const Summary summary = summary_of(kind, resource);
    EXPECT_EQ(summary.runtime + " | " + summary.inputs + " | " + summary.output, said) << spec;
  }
}

}  // namespace
}  // namespace functionmesh::reconcile
