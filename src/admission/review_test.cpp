#include "admission/review.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "api/resource.hpp"
#include "base/base64.hpp"

namespace functionmesh::admission {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

Json parsed(std::string_view text) {
  return base::parse_json(text).value();
}

/// A resource that is in order and has no defaults written into it.
Json resource(std::string_view kind, const Json* spec) {
  static const Json kConnector = parsed(R"({"className": "C", "java": {"jar": "/a.jar"},
      "pulsar": {"pulsarConfig": "p"}, "minReplicas": 1})");
  Json made{{"apiVersion", api::kApiVersion},
            {"kind", kind},
            {"metadata", {{"name", "x"}, {"namespace", "default"}}},
            {"spec", JsonObject{}}};
  if (kind == "Function" || kind == "Source" || kind == "Sink") {
    made.at("spec") = kConnector;
  }
  const std::map<std::string_view, std::string_view> more{
      {"Function", R"({"input": {"topics": ["in"]}, "output": {"topic": "out"}})"},
      {"Source", R"({"sourceConfig": {}, "output": {"topic": "out"}})"},
      {"Sink", R"({"sinkConfig": {}, "input": {"topics": ["in"]}})"}};
  if (const auto own = more.find(kind); own != more.end()) {
    base::merge_patch(made.at("spec"), parsed(own->second));
  }
  if (spec != nullptr) {
    base::merge_patch(made.at("spec"), *spec);
  }
  return made;
}

Json review_of(Json object, const Json* old, std::string_view version = "admission.k8s.io/v1") {
  JsonObject request{{"uid", "u-1"}, {"operation", old == nullptr ? "CREATE" : "UPDATE"}};
  request["object"] = std::move(object);
  request["oldObject"] = old == nullptr ? Json{} : *old;
  JsonObject review{{"apiVersion", version}, {"kind", "AdmissionReview"}};
  review["request"] = std::move(request);
  return Json(std::move(review));
}

std::string path_for(std::string_view action, std::string_view kind) {
  std::string path = "/" + std::string{action} + "-compute-functionmesh-io-v1alpha1-";
  for (const char c : kind) {
    path += static_cast<char>(std::tolower(c));
  }
  return path;
}

Json response_to(std::string_view action, std::string_view kind, const Json& review) {
  const Answer given = answer(path_for(action, kind), base::write_json(review));
  EXPECT_EQ(given.status, 200) << given.body;
  Json read = parsed(given.body);
  EXPECT_EQ(base::text_at(read, {"response", "uid"}), "u-1");
  return read.at("response");
}

Json patch_in(const Json& response) {
  const std::string_view patch = base::text_at(response, {"patch"});
  EXPECT_EQ(base::text_at(response, {"patchType"}), patch.empty() ? "" : "JSONPatch");
  return patch.empty() ? Json(JsonArray{}) : parsed(base::decode_base64(patch).value());
}

/// path -> value of a patch that only adds.
std::map<std::string, Json> additions(const Json& response) {
  std::map<std::string, Json> all;
  for (const Json& operation : patch_in(response).as_array()) {
    EXPECT_EQ(base::text_at(operation, {"op"}), "add");
    all[std::string{base::text_at(operation, {"path"})}] = operation.at("value");
  }
  return all;
}

std::vector<std::string> errors_in(const Json& response) {
  std::vector<std::string> all;
  if (const Json* causes = base::find(response, {"status", "details", "causes"})) {
    for (const Json& cause : causes->as_array()) {
      all.push_back(std::string{base::text_at(cause, {"field"})} + ": " +
                    std::string{base::text_at(cause, {"message"})});
    }
  }
  return all;
}

std::vector<std::string> warnings_in(const Json& response) {
  std::vector<std::string> all;
  if (const Json* warnings = base::find(response, {"warnings"})) {
    for (const Json& warning : warnings->as_array()) {
      all.emplace_back(std::string_view{warning.as_string()});
    }
  }
  return all;
}

/// As many as the case names, each with the text that it names.
void expect_texts(const Json& test, std::string_view member, const std::vector<std::string>& got) {
  const Json* wanted = base::find(test, {member});
  const std::size_t count = wanted == nullptr ? 0 : wanted->as_array().size();
  ASSERT_EQ(got.size(), count) << member << testing::PrintToString(got);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_TRUE(got[i].starts_with(std::string_view{wanted->as_array()[i].as_string()})) << got[i];
  }
}

void expect_additions(const Json& test, const std::map<std::string, Json>& got) {
  if (const Json* all = base::find(test, {"adds"})) {
    EXPECT_EQ(got.size(), all->as_object().size());
  }
  for (const char* member : {"adds", "adds_some"}) {
    const Json* wanted = base::find(test, {member});
    for (const auto& [path, value] : wanted == nullptr ? JsonObject{} : wanted->as_object()) {
      const auto found = got.find(path);
      EXPECT_TRUE(found != got.end() && base::equal(found->second, value)) << path;
    }
  }
}

TEST(Review, AnswersTheRecordedCases) {
  std::ifstream file{"src/admission/testdata/cases.json"};
  std::stringstream text;
  text << file.rdbuf();
  const Json cases = parsed(text.str());
  for (const Json& test : cases.as_array()) {
    SCOPED_TRACE(base::text_at(test, {"says"}));
    const std::string_view kind = base::text_at(test, {"kind"});
    Json object = resource(kind, base::find(test, {"spec"}));
    if (const Json* metadata = base::find(test, {"metadata"})) {
      base::merge_patch(object.at("metadata"), *metadata);
    }
    const Json* old_spec = base::find(test, {"old"});
    const Json old = resource(kind, old_spec);
    const Json review = review_of(object, old_spec == nullptr ? nullptr : &old);

    const Json mutated = response_to("mutate", kind, review);
    EXPECT_TRUE(mutated.at("allowed").as_bool());
    expect_additions(test, additions(mutated));

    const Json judged = response_to("validate", kind, review);
    expect_texts(test, "refused", errors_in(judged));
    expect_texts(test, "warned", warnings_in(judged));
    EXPECT_EQ(judged.at("allowed").as_bool(), base::find(test, {"refused"}) == nullptr);
  }
}

/// Applies a patch that only adds members.
void apply(const Json& patch, Json& object) {
  for (const Json& operation : patch.as_array()) {
    const std::string path{base::text_at(operation, {"path"})};
    Json* at = &object;
    std::size_t from = 1;
    for (std::size_t to = path.find('/', from); to != path.npos; to = path.find('/', from)) {
      at = &at->at(path.substr(from, to - from));
      from = to + 1;
    }
    at->as_object()[path.substr(from)] = operation.at("value");
  }
}

// A default that is added to api/ is added here too, or is one that follows from other fields.
TEST(Review, WritesEveryDefaultThatDoesNotFollowFromOtherFields) {
  for (const char* kind : {"Function", "Source", "Sink"}) {
    const Json spec{{"logTopic", "logs"}};
    Json object = resource(kind, &spec);
    apply(patch_in(response_to("mutate", kind, review_of(object, nullptr))), object);
    auto filled = api::decode(object);
    auto& component = std::get<api::Component>(filled.resource);
    EXPECT_TRUE(component.spec.replicas && !component.spec.name.empty());
    EXPECT_FALSE(component.spec.log_topic_agent.empty()) << kind;
    EXPECT_EQ(component.spec.output.producer_conf.has_value(), component.kind == api::Kind::source);
    EXPECT_FALSE(component.spec.resources) << kind;
    EXPECT_TRUE(additions(response_to("mutate", kind, review_of(object, nullptr))).empty());
  }
}

TEST(Review, SaysWhyInAStatusThatKubectlReads) {
  const Json spec{{"pulsar", nullptr}};
  const Json refused = response_to("validate", "Sink", review_of(resource("Sink", &spec), nullptr));
  const Json& status = refused.at("status");
  EXPECT_EQ(status.at("code").as_int64(), 422);
  EXPECT_EQ(base::text_at(status, {"reason"}), "Invalid");
  EXPECT_EQ(base::text_at(status, {"details", "kind"}), "Sink");
  EXPECT_EQ(base::text_at(status, {"details", "name"}), "x");
  EXPECT_TRUE(base::text_at(status, {"message"})
                  .starts_with("Sink.compute.functionmesh.io \"x\" is invalid: spec.pulsar: is "
                               "required"));
}

TEST(Review, AnswersInTheVersionThatItWasAskedIn) {
  const Json review = review_of(resource("Sink", nullptr), nullptr, "admission.k8s.io/v1beta1");
  const Answer given = answer(path_for("validate", "Sink"), base::write_json(review));
  EXPECT_EQ(base::text_at(parsed(given.body), {"apiVersion"}), "admission.k8s.io/v1beta1");
}

TEST(Review, LetsEverythingElseBe) {
  const Json spec{{"pulsar", nullptr}};
  const Json wrong = resource("Sink", &spec);
  for (const char* more : {R"({"operation": "DELETE", "object": null})",
                           R"({"operation": "CONNECT"})", R"({"subResource": "status"})"}) {
    Json review = review_of(wrong, nullptr);
    base::merge_patch(review.at("request"), parsed(more));
    EXPECT_TRUE(response_to("validate", "Sink", review).at("allowed").as_bool()) << more;
    EXPECT_TRUE(additions(response_to("mutate", "Sink", review)).empty()) << more;
  }
}

TEST(Review, RefusesObjectsOfAnotherKindAndNone) {
  for (const char* object : {"null", "3", "[]", "{}", R"({"kind": "Pod"})"}) {
    const Json review = review_of(parsed(object), nullptr);
    const Json response = response_to("validate", "Function", review);
    EXPECT_FALSE(response.at("allowed").as_bool()) << object;
    EXPECT_EQ(response.at("status").at("code").as_int64(), 400);
    EXPECT_TRUE(additions(response_to("mutate", "Function", review)).empty());
  }
}

TEST(Review, RefusesWhatIsNoReview) {
  const std::string path = path_for("mutate", "Function");
  const std::string deep = std::string(100'000, '[');
  for (const std::string_view body :
       {std::string_view{""}, std::string_view{"{}"}, std::string_view{"\xff\xfe"},
        std::string_view{R"({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"})"},
        std::string_view{R"({"apiVersion": "v2", "kind": "AdmissionReview",
                             "request": {"uid": "u"}})"},
        std::string_view{deep}}) {
    const Answer given = answer(path, body);
    EXPECT_EQ(given.status, 400);
    EXPECT_FALSE(given.body.empty());
  }
  for (const char* elsewhere : {"/", "/convert", "/mutate-compute-functionmesh-io-v1alpha1-pod"}) {
    EXPECT_EQ(answer(elsewhere, "{}").status, 404);
    EXPECT_FALSE(is_webhook(elsewhere));
  }
}

TEST(Review, DoesNotDecodeWhatIsTooLargeForAnyMemory) {
  Json spec{{"functions", JsonArray(5'001, Json(JsonObject{}))}};
  const Json response =
      response_to("validate", "FunctionMesh", review_of(resource("FunctionMesh", &spec), nullptr));
  EXPECT_EQ(errors_in(response),
            std::vector<std::string>{"spec: has more than 5000 functions, sources and sinks; make "
                                     "several meshes of them"});
}

TEST(Review, KeepsWarningsAndErrorsWithinLimits) {
  JsonArray topics;
  JsonArray mounts;
  for (int i = 0; i < 2'000; ++i) {
    topics.push_back(Json(std::to_string(i) + "\n://" + std::string(300, 'x') + "ä"));
    mounts.push_back({{"name", "ä" + std::string(400, 'y') + "\n"}, {"mountPath", "/m"}});
  }
  Json spec{{"input", JsonObject{}}};
  spec.at("input").as_object()["topics"] = std::move(topics);
  spec.as_object()["volumeMounts"] = std::move(mounts);
  const Json response =
      response_to("validate", "Function", review_of(resource("Function", &spec), nullptr));
  EXPECT_LE(errors_in(response).size(), 31U);
  const auto warnings = warnings_in(response);
  std::size_t all = 0;
  for (const std::string& warning : warnings) {
    EXPECT_LE(warning.size(), 256U);
    EXPECT_EQ(warning.find('\n'), warning.npos);
    all += warning.size();
  }
  EXPECT_LE(all, 4'096U);
  ASSERT_FALSE(warnings.empty());
  EXPECT_TRUE(warnings.back().ends_with(" more warnings")) << warnings.back();
}

}  // namespace
}  // namespace functionmesh::admission
