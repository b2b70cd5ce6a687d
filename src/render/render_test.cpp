#include "render/render.hpp"

#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

std::string text_of(const Objects& objects) {
  std::string text = base::write_json(objects.stateful_set) + base::write_json(objects.service);
  for (const auto* optional :
       {&objects.autoscaler, &objects.vertical_autoscaler, &objects.cleanup_job}) {
    text += *optional ? base::write_json(**optional) : "none";
  }
  return text;
}

TEST(Render, GivesTheSameBytesWhateverTheOrderOfTheUsersKeys) {
  const Objects one = rendered(function_of(R"({
    funcConfig: {a: 1, b: {c: [1, 2], d: 12345678901234567890}},
    secretsMap: {x: {path: s, key: k}, y: {path: s, key: l}}, maxReplicas: 4,
    cleanupSubscription: true})"));
  const Objects other = rendered(function_of(R"({
    cleanupSubscription: true, maxReplicas: 4,
    secretsMap: {y: {key: l, path: s}, x: {key: k, path: s}},
    funcConfig: {b: {d: 12345678901234567890, c: [1, 2]}, a: 1}})"));
  EXPECT_EQ(text_of(one), text_of(other));
}

TEST(Render, KeepsTheDigitsOfLargeNumbersAndEscapesNoHtml) {
  const Json details =
      details_of(rendered(function_of("{funcConfig: {n: 12345678901234567890, html: '<a>&'}}")));
  EXPECT_EQ(base::text_at(details, {"userConfig"}), R"({"html":"<a>&","n":12345678901234567890})");
}

TEST(Render, GivesEveryObjectItsOwnerAndLabels) {
  const Objects objects =
      rendered(function_of("{maxReplicas: 3, pod: {vpa: {updatePolicy: {updateMode: Off}}}, "
                           "cleanupSubscription: true}"));
  const Json* all[] = {&objects.stateful_set, &objects.service, &*objects.autoscaler,
                       &*objects.vertical_autoscaler, &*objects.cleanup_job};
  for (const Json* object : all) {
    const Json& owner = at(*object, {"metadata", "ownerReferences"}).as_array().at(0);
    EXPECT_EQ(base::text_at(owner, {"kind"}), "Function");
    EXPECT_EQ(base::text_at(owner, {"name"}), "fn");
    EXPECT_TRUE(at(owner, {"controller"}).as_bool());
    EXPECT_EQ(base::text_at(*object, {"metadata", "namespace"}), "team");
    EXPECT_EQ(base::text_at(*object, {"metadata", "labels", "compute.functionmesh.io/name"}), "fn");
  }
}

TEST(Render, AllowsZeroReplicas) {
  const Objects objects = rendered(function_of("{replicas: 0}"));
  EXPECT_EQ(base::number_at(objects.stateful_set, {"spec", "replicas"}, -1), 0);
}

TEST(Render, SurvivesAComponentOfWhichNothingIsKnown) {
  for (const api::Kind kind : {api::Kind::function, api::Kind::source, api::Kind::sink}) {
    api::Component nothing;
    nothing.kind = kind;
    for (const bool init_containers : {false, true}) {
      Settings settings;
      settings.enable_init_containers = init_containers;
      EXPECT_FALSE(text_of(render(nothing, settings, {})).empty());
    }
  }
}

TEST(Render, NamesWhatTheReferenceNames) {
  EXPECT_EQ(workload_name(api::Kind::sink, "x"), "x-sink");
  EXPECT_EQ(service_name(api::Kind::source, "x"), "x-source-headless");
  EXPECT_EQ(cleanup_job_name(api::Kind::function, "x"), "x-function-cleanup");
  api::Metadata metadata;
  metadata.name = "x";
  EXPECT_EQ(selector_labels(api::Kind::function, metadata).size(), 10U);
  EXPECT_EQ(selector_labels(api::Kind::sink, metadata).size(), 8U);
}

}  // namespace
}  // namespace functionmesh::render
