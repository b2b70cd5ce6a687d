#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

struct Read {
  Settings settings;
  api::Problems problems;
};

Read read(std::string_view yaml) {
  Read result;
  result.settings = settings_of(json_of(yaml), result.problems);
  return result;
}

TEST(Settings, AreReadOverTheDefaults) {
  const auto [settings, problems] = read(R"(
enableInitContainers: true
addDefaultAffinity: false
globalBackendConfig: g
globalBackendConfigNamespace: system
controllerConfig:
  RunnerImages: {java: acme/java, genericRuntime: {nodejs: acme/node}}
  runnerImagePullSecrets: [{name: a}, {name: b}]
  runnerImagePullPolicy: Always
  resourceLabels: {answer: 42, team: data}
)");
  EXPECT_TRUE(problems.ok());
  EXPECT_TRUE(problems.warnings.empty());
  EXPECT_TRUE(settings.enable_init_containers);
  EXPECT_FALSE(settings.add_default_affinity);
  EXPECT_EQ(settings.global_backend_config, "g");
  EXPECT_EQ(settings.global_backend_config_namespace, "system");
  EXPECT_EQ(settings.namespaced_backend_config, "backend-config");
  EXPECT_EQ(settings.controller.java_image, "acme/java");
  EXPECT_EQ(settings.controller.python_image, ControllerConfig{}.python_image);
  EXPECT_EQ(settings.controller.generic_images.at("nodejs"), "acme/node");
  EXPECT_EQ(settings.controller.pull_secrets, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(settings.controller.resource_labels.at("answer"), "42");
}

TEST(Settings, OfAnEmptyFileAreTheDefaults) {
  api::Problems problems;
  EXPECT_TRUE(settings_of(Json{}, problems).add_default_affinity);
  EXPECT_TRUE(
      settings_of(base::JsonObject{{"controllerConfig", nullptr}}, problems).add_default_affinity);
  EXPECT_TRUE(problems.ok());
}

TEST(Settings, IgnorePullSecretsWithoutAName) {
  const auto [settings, problems] =
      read("controllerConfig: {runnerImagePullSecrets: [{other: a}, {name: b}]}");
  EXPECT_TRUE(problems.ok());
  ASSERT_EQ(problems.warnings.size(), 1U);
  EXPECT_EQ(problems.warnings[0].field, "controllerConfig.runnerImagePullSecrets[0]");
  EXPECT_EQ(settings.controller.pull_secrets, (std::vector<std::string>{"b"}));
}

TEST(Settings, NameTheKeyThatIsWrong) {
  struct Case {
    const char* yaml;
    const char* field;
  };
  for (const auto& [yaml, field] : {
           Case{"[]", ""},
           Case{"enableInitContainers: yes please", "enableInitContainers"},
           Case{"controllerConfig: []", "controllerConfig"},
           Case{"controllerConfig: {runnerImages: {java: 1}}",
                "controllerConfig.runnerImages.java"},
           Case{"controllerConfig: {resourceLabels: {a: [1]}}",
                "controllerConfig.resourceLabels.a"},
           Case{"controllerConfig: {runnerImagePullSecrets: [x]}",
                "controllerConfig.runnerImagePullSecrets[0]"},
       }) {
    const auto [settings, problems] = read(yaml);
    ASSERT_EQ(problems.errors.size(), 1U) << yaml;
    EXPECT_EQ(problems.errors[0].field, field);
    EXPECT_TRUE(problems.errors[0].message.starts_with("expected ")) << problems.errors[0].message;
  }
}

TEST(Settings, WarnOfKeysWithoutEffect) {
  const auto [settings, problems] =
      read("{controllerConfig: {imagePullPolicy: Never}, colour: red}");
  EXPECT_TRUE(problems.ok());
  ASSERT_EQ(problems.warnings.size(), 2U);
  EXPECT_EQ(problems.warnings[0].field, "controllerConfig.imagePullPolicy");
  EXPECT_EQ(problems.warnings[1].field, "colour");
  EXPECT_EQ(settings.controller.pull_policy, "");
}

}  // namespace
}  // namespace functionmesh::render
