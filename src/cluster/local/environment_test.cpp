#include "cluster/local/environment.hpp"

#include <gtest/gtest.h>

namespace functionmesh::local {
namespace {

using base::Json;

Json json(std::string_view text) {
  const auto parsed = base::parse_json(text);
  EXPECT_TRUE(parsed) << parsed.error();
  return parsed.value_or(Json{});
}

const Json pod = json(R"({"metadata": {"name": "f-0", "namespace": "ns", "uid": "u1",
    "labels": {"app.kubernetes.io/name": "f"}},
  "spec": {"volumes": [
    {"name": "key", "secret": {"secretName": "login", "items": [{"key": "token", "path": "t"}]}},
    {"name": "all", "configMap": {"name": "pulsar"}},
    {"name": "empty", "emptyDir": {}},
    {"name": "machine", "hostPath": {"path": "/data"}},
    {"name": "gone", "secret": {"secretName": "gone"}},
    {"name": "maybe", "secret": {"secretName": "gone", "optional": true}}]}})");

const Configs configs = {
    {{"ConfigMap", "ns", "pulsar"}, std::make_shared<Json>(json(R"({"kind": "ConfigMap", "data": {
         "brokerServiceURL": "pulsar://b:6650", "webServiceURL": "http://b:8080"}})"))},
    {{"Secret", "ns", "login"},
     std::make_shared<Json>(json(R"({"kind": "Secret", "data": {"token": "c2VjcmV0IQ=="},
         "stringData": {"user": "me"}})"))}};

std::expected<Environment, std::string> environment(std::string_view container) {
  return environment_of(pod, json(container), configs);
}

TEST(Environment, ResolvesVariables) {
  struct {
    std::string container;
    std::map<std::string, std::string> variables;
  } const cases[] = {
      {R"j({"env": [{"name": "A", "value": "x"}, {"name": "B", "value": "$(A)-$(NO)-$$(A)"}]})j",
       {{"A", "x"}, {"B", "x-$(NO)-$(A)"}}},
      {R"({"env": [{"name": "P", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                   {"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
                   {"name": "L", "valueFrom": {"fieldRef": {"fieldPath":
                       "metadata.labels['app.kubernetes.io/name']"}}}]})",
       {{"P", "f-0"}, {"N", "ns"}, {"L", "f"}}},
      {R"({"envFrom": [{"configMapRef": {"name": "pulsar"}},
                       {"prefix": "PACKAGE_", "secretRef": {"name": "login"}},
                       {"secretRef": {"name": "gone", "optional": true}}],
           "env": [{"name": "webServiceURL", "value": "mine"}]})",
       {{"brokerServiceURL", "pulsar://b:6650"},
        {"webServiceURL", "mine"},
        {"PACKAGE_token", "secret!"},
        {"PACKAGE_user", "me"}}},
      {R"({"env": [{"name": "T", "valueFrom": {"secretKeyRef": {"name": "login", "key": "token"}}},
                   {"name": "O", "valueFrom": {"secretKeyRef": {"name": "login", "key": "no",
                       "optional": true}}}]})",
       {{"T", "secret!"}}},
  };
  for (const auto& [container, variables] : cases) {
    const auto result = environment(container);
    ASSERT_TRUE(result) << result.error();
    EXPECT_EQ(result->variables, variables) << container;
  }
}

TEST(Environment, SaysWhatIsMissing) {
  struct {
    std::string container;
    std::string message;
  } const cases[] = {
      {R"({"envFrom": [{"configMapRef": {"name": "nope"}}]})", "ConfigMap ns/nope is not there"},
      {R"({"env": [{"name": "T", "valueFrom": {"secretKeyRef": {"name": "login", "key": "no"}}}]})",
       "Secret ns/login has no key no"},
      {R"({"env": [{"name": "T", "valueFrom": {"configMapKeyRef": {"name": "no", "key": "k"}}}]})",
       "ConfigMap ns/no is not there"},
      {R"({"env": [{"name": "T", "valueFrom": {"fieldRef": {"fieldPath": "spec.x"}}}]})",
       "env T: a pod has no field spec.x"},
      {R"({"env": [{"name": "T", "valueFrom": {"resourceFieldRef": {"resource": "x"}}}]})",
       "env T: valueFrom is none of fieldRef, configMapKeyRef, secretKeyRef"},
      {R"({"volumeMounts": [{"name": "gone", "mountPath": "/x"}]})", "Secret ns/gone is not there"},
      {R"({"volumeMounts": [{"name": "what", "mountPath": "/x"}]})",
       "volume what is mounted, but the pod has none of that name"},
  };
  for (const auto& [container, message] : cases) {
    const auto result = environment(container);
    ASSERT_FALSE(result) << container;
    EXPECT_EQ(result.error(), message);
  }
}

TEST(Environment, ProjectsVolumes) {
  const auto result = environment(R"({"volumeMounts": [
      {"name": "key", "mountPath": "/etc/oauth2/"},
      {"name": "all", "mountPath": "/etc/url", "subPath": "webServiceURL"},
      {"name": "empty", "mountPath": "/pulsar/scratch", "subPath": "a"},
      {"name": "machine", "mountPath": "/data", "subPath": "in"},
      {"name": "maybe", "mountPath": "/maybe"}]})");
  ASSERT_TRUE(result) << result.error();
  const auto& mounts = result->mounts;
  ASSERT_EQ(mounts.size(), 5U);
  EXPECT_EQ(mounts[0].path, "/etc/oauth2");
  EXPECT_EQ(mounts[0].files, (std::map<std::string, std::string>{{"t", "secret!"}}));
  EXPECT_TRUE(mounts[1].single_file);
  EXPECT_EQ(mounts[1].files.begin()->second, "http://b:8080");
  EXPECT_EQ(mounts[2].private_folder, "empty/a");
  EXPECT_EQ(mounts[3].host_path, "/data/in");
  EXPECT_TRUE(mounts[4].files.empty());
}

TEST(Environment, NamesTheConfigsItNeeds) {
  const auto keys = referenced_configs(pod, json(R"({
      "envFrom": [{"configMapRef": {"name": "pulsar"}}, {"secretRef": {"name": "login"}}],
      "env": [{"name": "x", "valueFrom": {"secretKeyRef": {"name": "other", "key": "k"}}}],
      "volumeMounts": [{"name": "key", "mountPath": "/k"}, {"name": "empty", "mountPath": "/e"}]})"));
  const std::vector<cluster::Key> expected = {
      {"ConfigMap", "ns", "pulsar"}, {"Secret", "ns", "login"}, {"Secret", "ns", "other"}};
  EXPECT_EQ(keys, expected);
}

}  // namespace
}  // namespace functionmesh::local
