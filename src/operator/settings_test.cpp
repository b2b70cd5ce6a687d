#include "operator/settings.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/atomic_file.hpp"

namespace functionmesh::process {
namespace {

class SettingsTest : public testing::Test {
 protected:
  SettingsTest()
      : file_{std::filesystem::temp_directory_path() /
              ("fm-settings-" + std::to_string(::getpid()) + ".yaml")} {}
  ~SettingsTest() override { std::filesystem::remove(file_); }

  base::Result<ReadPolicy> read(const std::string& text, Options options = {}) {
    EXPECT_TRUE(base::write_file(file_, text));
    options.config_file = file_.string();
    return read_policy(options);
  }

  std::filesystem::path file_;
};

/// The file of the reference's chart.
TEST_F(SettingsTest, ReadsTheConfigFile) {
  const auto read = this->read(
      "runnerImages:\n  java: my/java:1\n  genericRuntime:\n    nodejs: my/node:1\n"
      "runnerImagePullSecrets:\n- name: pull\nrunnerImagePullPolicy: Always\n"
      "resourceLabels: {a: b}\nresourceAnnotations: {c: d}\n");
  ASSERT_TRUE(read) << read.error().message;
  const render::ControllerConfig& config = read->policy.render.controller;
  EXPECT_EQ(config.java_image, "my/java:1");
  EXPECT_EQ(config.generic_images.at("nodejs"), "my/node:1");
  EXPECT_EQ(config.pull_secrets, std::vector<std::string>{"pull"});
  EXPECT_EQ(config.pull_policy, "Always");
  EXPECT_TRUE(read->warnings.empty());
}

TEST_F(SettingsTest, AnEmptyFileMeansDefaults) {
  for (const char* text : {"", "# nothing\n", "{}"}) {
    const auto read = this->read(text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->policy.render.controller.java_image, render::ControllerConfig{}.java_image);
  }
}

TEST_F(SettingsTest, FlagsGoIntoThePolicy) {
  const auto read = read_policy({.enable_init_containers = true,
                                 .global_backend_config = "g",
                                 .add_default_affinity = false,
                                 .pause_rollout = true,
                                 .run_as_non_root = true});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->policy.pause_rollout);
  EXPECT_TRUE(read->policy.render.enable_init_containers);
  EXPECT_FALSE(read->policy.render.add_default_affinity);
  EXPECT_TRUE(read->policy.render.run_as_non_root);
  EXPECT_EQ(read->policy.render.global_backend_config, "g");
}

TEST_F(SettingsTest, SaysWhatIsWrongWithTheFile) {
  struct Case {
    std::string text;
    std::string says;
  };
  for (const Case& c : {Case{"a: [", ".yaml:"}, Case{"a: 1\n---\nb: 2\n", "one YAML document"},
                        Case{"[]", ".yaml: expected a map"},
                        Case{"runnerImages: {java: 5}",
                             ".yaml: runnerImages.java: expected a string, got a number"}}) {
    const auto read = this->read(c.text);
    ASSERT_FALSE(read) << c.text;
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
  }
  const auto missing = read_policy({.config_file = "/nonexistent/config"});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("--config-file: /nonexistent/config"), std::string::npos);
}

TEST_F(SettingsTest, UnknownKeysAreWarnings) {
  const auto read = this->read("runnerImage: {}\n");
  ASSERT_TRUE(read);
  ASSERT_EQ(read->warnings.size(), 1U);
  EXPECT_NE(read->warnings[0].find(".yaml: runnerImage: "), std::string::npos);
}

TEST_F(SettingsTest, AGlobalBackendConfigThatIsNotWatchedIsAWarning) {
  const auto warnings = [](const Options& options) {
    return read_policy(options)->warnings.size();
  };
  EXPECT_EQ(warnings({.watched_namespace = "a", .global_backend_config = "g"}), 1U);
  EXPECT_EQ(warnings({.watched_namespace = "a",
                      .global_backend_config = "g",
                      .global_backend_config_namespace = "a"}),
            0U);
  EXPECT_EQ(warnings({.global_backend_config = "g"}), 0U);
}

}  // namespace
}  // namespace functionmesh::process
