#include "operator/options.hpp"

#include <gtest/gtest.h>

namespace functionmesh::process {
namespace {

using Environment = std::map<std::string, std::string>;
using Arguments = std::vector<std::string>;

Options options(const Arguments& arguments, const Environment& environment = {}) {
  const auto read = read_options(arguments, environment);
  EXPECT_TRUE(read) << read.error().message;
  return read ? read->options : Options{};
}

TEST(OperatorOptions, DefaultsAreThoseOfTheReference) {
  const Options defaults = options({});
  EXPECT_EQ(defaults.metrics_address, ":8443");
  EXPECT_TRUE(defaults.metrics_secure);
  EXPECT_EQ(defaults.health_address, ":8000");
  EXPECT_EQ(defaults.webhook_address, ":9443");
  EXPECT_EQ(defaults.certificate_folder, "/tmp/k8s-webhook-server/serving-certs");
  EXPECT_FALSE(defaults.leader_election);
  EXPECT_EQ(defaults.lease_name, "a3f45fce.functionmesh.io");
  EXPECT_EQ(defaults.global_backend_config, "");
  EXPECT_EQ(defaults.global_backend_config_namespace, "default");
  EXPECT_EQ(defaults.namespaced_backend_config, "backend-config");
  EXPECT_TRUE(defaults.add_default_affinity);
  EXPECT_FALSE(defaults.pause_rollout);
  EXPECT_TRUE(defaults.webhooks);
  EXPECT_TRUE(defaults.mesh_controller);
}

/// The command line of the reference's chart.
TEST(OperatorOptions, TakesWhatTheReferencesChartGives) {
  const Options given = options(
      {"--enable-leader-election=true", "--metrics-addr=:8443", "--metrics-secure=true",
       "--health-probe-addr=:8000", "--config-file=/etc/config/config.yaml", "--enable-pprof=false",
       "--pprof-addr=:8090", "--enable-init-containers=false",
       "--global-backend-config=global-backend-config", "--global-backend-config-namespace=default",
       "--namespaced-backend-config=backend-config", "--add-default-affinity=true",
       "--pause-rollout=false"},
      {{"NAMESPACE", "mesh"}, {"ENABLE_WEBHOOKS", "true"}});
  EXPECT_TRUE(given.leader_election);
  EXPECT_EQ(given.config_file, "/etc/config/config.yaml");
  EXPECT_EQ(given.global_backend_config, "global-backend-config");
}

TEST(OperatorOptions, FlagsAreWrittenAsInGo) {
  for (const Arguments& arguments : {Arguments{"--watched-namespace=a", "--pause-rollout"},
                                     Arguments{"-watched-namespace", "a", "-pause-rollout=true"},
                                     Arguments{"-pause-rollout=T", "-watched-namespace=a"},
                                     Arguments{"--watched-namespace", "a", "--pause-rollout=1"}}) {
    const Options given = options(arguments);
    EXPECT_EQ(given.watched_namespace, "a");
    EXPECT_TRUE(given.pause_rollout);
  }
  EXPECT_EQ(options({"--config-file=a=b"}).config_file, "a=b");
  EXPECT_EQ(options({"--watched-namespace="}).watched_namespace, "");
  EXPECT_FALSE(options({"--add-default-affinity=false"}).add_default_affinity);
  EXPECT_TRUE(options({"-h"}).help);
}

TEST(OperatorOptions, AFlagCountsMoreThanAVariable) {
  const Environment environment{{"WATCHED_NAMESPACE", "variable"}, {"PAUSE_ROLLOUT", "true"}};
  EXPECT_EQ(options({}, environment).watched_namespace, "variable");
  EXPECT_TRUE(options({}, environment).pause_rollout);
  EXPECT_EQ(options({"--watched-namespace=flag"}, environment).watched_namespace, "flag");
  EXPECT_EQ(options({"--watched-namespace="}, environment).watched_namespace, "");
  EXPECT_FALSE(options({"--pause-rollout=false"}, environment).pause_rollout);
}

TEST(OperatorOptions, EveryVariableOfTheReferenceIsRead) {
  const Options given = options({}, {{"METRICS_ADDR", "127.0.0.1:1"},
                                     {"HEALTH_PROBE_ADDR", "127.0.0.1:2"},
                                     {"ENABLE_LEADER_ELECTION", "true"},
                                     {"LEADER_ELECTION_ID", "lease"},
                                     {"LEADER_ELECTION_NAMESPACE", "ns"},
                                     {"CERT_DIR", "/certs"},
                                     {"CONFIG_FILE", "/config"},
                                     {"ENABLE_INIT_CONTAINERS", "true"},
                                     {"GLOBAL_BACKEND_CONFIG", "g"},
                                     {"GLOBAL_BACKEND_CONFIG_NAMESPACE", "gn"},
                                     {"NAMESPACED_BACKEND_CONFIG", "n"},
                                     {"ADD_DEFAULT_AFFINITY", "false"},
                                     {"ENABLE_WEBHOOKS", "false"},
                                     {"ENABLE_FUNCTION_MESH_CONTROLLER", "false"},
                                     {"RUN_AS_NON_ROOT", "true"}});
  EXPECT_EQ(given.metrics_address, "127.0.0.1:1");
  EXPECT_EQ(given.health_address, "127.0.0.1:2");
  EXPECT_TRUE(given.leader_election);
  EXPECT_EQ(given.lease_name, "lease");
  EXPECT_EQ(given.lease_namespace, "ns");
  EXPECT_EQ(given.certificate_folder, "/certs");
  EXPECT_EQ(given.config_file, "/config");
  EXPECT_TRUE(given.enable_init_containers);
  EXPECT_EQ(given.global_backend_config, "g");
  EXPECT_EQ(given.global_backend_config_namespace, "gn");
  EXPECT_EQ(given.namespaced_backend_config, "n");
  EXPECT_FALSE(given.add_default_affinity);
  EXPECT_FALSE(given.webhooks);
  EXPECT_FALSE(given.mesh_controller);
  EXPECT_TRUE(given.run_as_non_root);
}

TEST(OperatorOptions, AVariableThatIsNoTruthValueIsAWarning) {
  const auto read = read_options({}, {{"ADD_DEFAULT_AFFINITY", "yes"}, {"ENABLE_WEBHOOKS", "si"}});
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->options.add_default_affinity);  // as the reference takes it
  EXPECT_TRUE(read->options.webhooks);
  EXPECT_EQ(read->warnings,
            (std::vector<std::string>{
                "ADD_DEFAULT_AFFINITY: expected true or false, got \"yes\"; it counts as false",
                "ENABLE_WEBHOOKS: expected true or false, got \"si\"; it is ignored"}));
}

TEST(OperatorOptions, EmptyVariablesDoNotCount) {
  EXPECT_EQ(options({}, {{"METRICS_ADDR", ""}}).metrics_address, ":8443");
}

TEST(OperatorOptions, ProfilesAreAcceptedWithAWarning) {
  const auto read = read_options({"--enable-pprof"}, {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->warnings.size(), 1U);
}

TEST(OperatorOptions, SaysWhatIsWrong) {
  struct Case {
    Arguments arguments;
    std::string says;
  };
  for (const Case& c : {
           Case{{"--pause-rollout", "true"}, "\"true\": expected a flag"},
           Case{{"--pause-rolout"}, "did you mean --pause-rollout?"},
           Case{{"--zzzzzzzzzzzz"}, "--help lists them"},
           Case{{"--"}, "unknown flag --"},
           Case{{"-"}, "unknown flag -"},
           Case{{"--=x"}, "unknown flag --"},
           Case{{"--config-file"}, "--config-file needs a value"},
           Case{{"--pause-rollout=yes"}, "--pause-rollout: expected true or false, got \"yes\""},
           Case{{"--concurrency=x"}, "--concurrency: expected a whole number, got \"x\""},
           Case{{"--concurrency=0"}, "--concurrency: expected 1 to 1000, got \"0\""},
           Case{{"--log-level=loud"}, "--log-level: expected debug, info"},
           Case{{"--log-format=xml"}, "--log-format: expected text or json, got \"xml\""},
           Case{{"--metrics-addr=8443"}, "--metrics-addr: \"8443\" is no address"},
           Case{{"--webhook-addr=9443"}, "--webhook-addr: \"9443\" is no address"},
           Case{{"--health-probe-addr=a:b"}, "--health-probe-addr: \"a:b\" is no address"},
           Case{{"--enable-leader-election", "--leader-election-id="}, "must not be empty"},
       }) {
    const auto read = read_options(c.arguments, {});
    ASSERT_FALSE(read) << c.says;
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
  }
}

TEST(OperatorOptions, ServersCanBeSwitchedOff) {
  EXPECT_EQ(options({"--metrics-addr=0"}).metrics_address, "0");
}

TEST(OperatorOptions, HelpNamesEveryFlagWithItsDefault) {
  const std::string text = usage();
  for (const char* part : {"--metrics-addr, METRICS_ADDR", "[:8443]", "RUN_AS_NON_ROOT",
                           "a3f45fce.functionmesh.io", "--kubeconfig"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace functionmesh::process
