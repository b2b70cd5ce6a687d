#include "api/schema_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "api/resource.hpp"

namespace functionmesh::api {
namespace {

// Each case breaks one rule; tests/cluster asks an API server about the same ones.
const JsonArray& cases() {
  static const Json kCases = [] {
    const std::ifstream file{"src/api/testdata/schema_rules.json"};
    std::stringstream text;
    text << file.rdbuf();
    return base::parse_json(text.str()).value_or(JsonArray{});
  }();
  return kCases.as_array();
}

Json good(std::string_view kind) {
  JsonObject spec{
      {"className", "C"},
      {"pulsar", JsonObject{{"pulsarConfig", "p"}}},
      {"java", JsonObject{{"jar", "a.jar"}}},
  };
  if (kind == "Source") {
    spec["sourceConfig"] = JsonObject{};
  } else {
    spec["input"] = JsonObject{{"topics", JsonArray{"in"}}};
  }
  if (kind == "Sink") {
    spec["sinkConfig"] = JsonObject{};
  }
  return {{"apiVersion", kApiVersion},
          {"kind", kind},
          {"metadata", JsonObject{{"name", "x"}}},
          {"spec", std::move(spec)}};
}

TEST(SchemaRules, SayWhatValidationSays) {
  for (const Json& given : cases()) {
    Json resource = good(base::text_at(given, {"kind"}));
    base::merge_patch(resource.at("spec"), given.at("patch"));
    const std::vector<Problem> errors = check(resource).problems.errors;
    const std::string_view message = base::text_at(given, {"message"});
    const bool said = std::ranges::any_of(errors, [&](const Problem& error) {
      return error.field == base::text_at(given, {"field"}) && error.message.starts_with(message);
    });
    EXPECT_TRUE(said) << base::write_json(given) << "\n"
                      << (errors.empty() ? "" : errors.front().field + errors.front().message);
  }
}

TEST(SchemaRules, HaveACaseEach) {
  std::set<std::string> tried;
  for (const Json& given : cases()) {
    tried.emplace(base::text_at(given, {"message"}));
  }
  for (const SchemaRule& rule : schema_rules()) {
    if (rule.place == Place::anywhere) {
      EXPECT_TRUE(tried.contains(std::string{rule.message})) << rule.message;
    }
  }
}

TEST(SchemaRules, ForgiveWhatIsStored) {
  const JsonArray rules = schema_rules("JavaRuntime", kFunctions, false);
  EXPECT_EQ(base::text_at(rules.at(0), {"rule"}),
            "(self.jar != '') || oldSelf.hasValue() && !(oldSelf.value().jar != '')");
  const JsonArray in_mesh = schema_rules("JavaRuntime", kFunctions, true);
  EXPECT_EQ(base::text_at(in_mesh.at(0), {"rule"}), "self.jar != ''");
}

}  // namespace
}  // namespace functionmesh::api
