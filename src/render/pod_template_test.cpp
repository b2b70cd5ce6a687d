#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

Json pod_of(const Objects& objects) {
  return at(objects.stateful_set, {"spec", "template"});
}

TEST(PodTemplate, KeepsTheSelectorsLabelsWhateverThePodPolicySays) {
  const Objects objects =
      rendered(function_of("{pod: {labels: {component: other, name: other, team: data}}}"));
  const Json labels = at(pod_of(objects), {"metadata", "labels"});
  EXPECT_TRUE(
      base::contains(labels, at(objects.stateful_set, {"spec", "selector", "matchLabels"})));
  EXPECT_EQ(base::text_at(labels, {"team"}), "data");
}

TEST(PodTemplate, DeclaresASecretOnceThatSeveralTopicsDecryptWith) {
  const Objects objects = rendered(function_of(R"({input: {sourceSpecs: {
    a: {cryptoConfig: {cryptoKeyReaderClassName: K, cryptoSecrets:
        [{secretName: keys, secretKey: pem, asVolume: /keys/pem}]}},
    b: {cryptoConfig: {cryptoKeyReaderClassName: K, cryptoSecrets:
        [{secretName: keys, secretKey: pem, asVolume: /keys/pem}]}}}}})"));
  EXPECT_EQ(at(pod_spec(objects), {"volumes"}).as_array().size(), 1U);
  EXPECT_EQ(at(main_of(objects), {"volumeMounts"}).as_array().size(), 1U);
}

TEST(PodTemplate, GivesEachEnvironmentVariableOnceTheLastOneCounting) {
  const Objects objects = rendered(function_of(R"({
    secretsMap: {TOKEN: {path: s, key: k}},
    pod: {env: [{name: TOKEN, value: own}, {name: A, value: first}, {name: A, value: last}]}})"));
  const Json& env = at(main_of(objects), {"env"});
  EXPECT_EQ(env.as_array().size(), 3U);
  EXPECT_EQ(base::text_at(named(env, "TOKEN"), {"value"}), "own");
  EXPECT_EQ(base::text_at(named(env, "A"), {"value"}), "last");
}

TEST(PodTemplate, KeepsWhatReferencesMeantWhereAVariableIsThereTwice) {
  api::BackendConfig backend;
  backend.env = {{"OPTS", "-Da=b"}, {"USES", "[$(OPTS)]"}};
  const Objects objects = render(function_of(R"yaml({pod: {env: [
      {name: OPTS, value: "$(OPTS) -Dc=d $$(OPTS)"}, {name: AFTER, value: "$(OPTS)"}]}})yaml"),
                                 {}, {.namespaced = &backend});
  const Json& env = at(main_of(objects), {"env"});
  EXPECT_EQ(base::text_at(named(env, "OPTS"), {"value"}), "-Da=b -Dc=d $$(OPTS)");
  EXPECT_EQ(base::text_at(named(env, "USES"), {"value"}), "[-Da=b]");
  EXPECT_EQ(base::text_at(named(env, "AFTER"), {"value"}), "$(OPTS)");
}

TEST(PodTemplate, HasNoKeyTwiceInListsThatAreMaps) {
  const Objects objects = rendered(function_of(R"({
    volumeMounts: [{name: a, mountPath: /x}, {name: b, mountPath: /x}],
    pod: {
      volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}, {name: b, emptyDir: {}}],
      imagePullSecrets: [{name: s}, {name: s}],
      sidecars: [{name: side, image: i, env: [{name: A, value: "1"}, {name: A, value: "2"}],
                  ports: [{containerPort: 1}, {containerPort: 1, protocol: TCP},
                          {containerPort: 1, protocol: UDP}],
                  volumeMounts: [{name: a, mountPath: /y}, {name: a, mountPath: /y}]}],
      initContainers: [{name: init, image: i, env: [{name: A, value: "1"}, {name: A}]}]}})"));
  const Json& pod = pod_spec(objects);
  const auto size = [](const Json& parent, std::string_view list) {
    return at(parent, {list}).as_array().size();
  };
  EXPECT_EQ(size(pod, "volumes"), 2U);
  EXPECT_EQ(size(pod, "imagePullSecrets"), 1U);
  const Json& side = named(at(pod, {"containers"}), "side");
  EXPECT_EQ(size(side, "env"), 1U);
  EXPECT_EQ(size(side, "ports"), 2U);
  EXPECT_EQ(size(side, "volumeMounts"), 1U);
  EXPECT_EQ(size(main_of(objects), "volumeMounts"), 1U);
  EXPECT_EQ(size(named(at(pod, {"initContainers"}), "init"), "env"), 1U);
}

TEST(PodTemplate, AddsTheDefaultAntiAffinityOnceEvenWhereAnOperatorWroteItIntoTheResource) {
  const Objects first = rendered(function_of("{}"));
  api::Component polluted = function_of("{}");
  polluted.spec.pod.affinity = at(pod_spec(first), {"affinity"}).get_object();
  EXPECT_EQ(base::write_json(at(pod_spec(rendered(polluted)), {"affinity"})),
            base::write_json(at(pod_spec(first), {"affinity"})));
}

TEST(PodTemplate, TakesThePullPolicyOfTheResourceThenOfTheOperator) {
  Settings settings;
  const auto policy = [&](std::string_view spec) {
    return std::string{
        base::text_at(main_of(render(function_of(spec), settings, {})), {"imagePullPolicy"})};
  };
  EXPECT_EQ(policy("{}"), "IfNotPresent");
  settings.controller.pull_policy = "Always";
  EXPECT_EQ(policy("{}"), "Always");
  EXPECT_EQ(policy("{imagePullPolicy: Never}"), "Never");
}

TEST(PodTemplate, RunsGenericRuntimesWithInitContainers) {
  Settings settings;
  settings.enable_init_containers = true;
  const Objects objects =
      render(function_of(R"({java: null, genericRuntime: {language: nodejs, functionFile: fn.js,
                             functionFileLocation: "function://public/default/fn@1"}})"),
             settings, {});
  const Json& init = at(pod_spec(objects), {"initContainers"}).as_array().at(0);
  EXPECT_NE(script_of(init).find("packages download function://public/default/fn@1 "
                                 "--path /pulsar/download/fn.js"),
            std::string::npos)
      << script_of(init);
  EXPECT_EQ(word_after(main_words(objects), "--function_file"), "/pulsar/fn.js");
  EXPECT_FALSE(named(at(pod_spec(objects), {"volumes"}), "downloader-volume").is_null());
  EXPECT_FALSE(named(at(main_of(objects), {"volumeMounts"}), "downloader-volume").is_null());
}

TEST(PodTemplate, IsRestrictedAsAWholeWhereTheOperatorAsksForNonRoot) {
  const api::Component component = function_of(R"({logTopic: logs, logTopicAgent: sidecar,
      java: {jar: a.jar, jarLocation: "function://public/default/a@1"}})");
  Settings settings;
  settings.enable_init_containers = true;
  const Objects as_there = render(component, settings, {});
  const Json& downloader = at(pod_spec(as_there), {"initContainers"}).as_array().at(0);
  EXPECT_FALSE(downloader.as_object().contains("securityContext"));
  settings.run_as_non_root = true;
  const Objects objects = render(component, settings, {});
  EXPECT_EQ(at(pod_spec(objects), {"securityContext", "runAsNonRoot"}), Json(true));
  for (const char* containers : {"initContainers", "containers"}) {
    for (const Json& container : at(pod_spec(objects), {containers}).as_array()) {
      EXPECT_EQ(at(container, {"securityContext", "allowPrivilegeEscalation"}), Json(false));
      EXPECT_EQ(base::write_json(at(container, {"securityContext", "capabilities"})),
                R"({"drop":["ALL"]})");
    }
  }
}

// What is expected of a global and a namespaced BackendConfig together.
class Backends : public testing::Test {
 protected:
  const api::BackendConfig global = backend_of(R"({
    env: {global1: fromglobal, shared1: fromglobal, podenv: fromglobal},
    pod: {labels: {from: global-backendconfig, only-global: "1"},
          annotations: {prometheus.io/port: "1", note: global},
          liveness: {initialDelaySeconds: 10, periodSeconds: 30},
          tolerations: [{key: disktype, operator: Exists, tolerationSeconds: 600}],
          serviceAccountName: global-account,
          securityContext: {runAsUser: 7},
          affinity: {nodeAffinity: {note: hdd}}}})");
  const api::BackendConfig namespaced = backend_of(R"({
    env: {namespaced1: fromnamespace, shared1: fromnamespace},
    pod: {labels: {from: namespace-backendconfig},
          liveness: {initialDelaySeconds: 30, periodSeconds: 10},
          tolerations: [{key: disktype, operator: Exists, tolerationSeconds: 300}],
          affinity: {nodeAffinity: {note: ssd}}}})");

  Objects both(std::string_view spec) const {
    return render(function_of(spec), Settings{}, {.global = &global, .namespaced = &namespaced});
  }
};

TEST_F(Backends, AreLaidOverEachOtherAndUnderTheResource) {
  const Objects objects =
      both("{pod: {disableDefaultAffinity: true, env: [{name: podenv, value: podvalue}]}}");
  const Json& env = at(main_of(objects), {"env"});
  EXPECT_EQ(base::text_at(named(env, "podenv"), {"value"}), "podvalue");
  EXPECT_EQ(base::text_at(named(env, "global1"), {"value"}), "fromglobal");
  EXPECT_EQ(base::text_at(named(env, "namespaced1"), {"value"}), "fromnamespace");
  EXPECT_EQ(base::text_at(named(env, "shared1"), {"value"}), "fromnamespace");

  const Json pod = pod_of(objects);
  EXPECT_EQ(base::text_at(pod, {"metadata", "labels", "from"}), "namespace-backendconfig");
  EXPECT_EQ(base::text_at(pod, {"metadata", "labels", "only-global"}), "1");
  EXPECT_EQ(base::text_at(pod, {"metadata", "annotations", "prometheus.io/port"}), "9094");
  EXPECT_EQ(base::text_at(pod, {"metadata", "annotations", "note"}), "global");

  const Json& spec = pod_spec(objects);
  EXPECT_EQ(base::write_json(at(spec, {"affinity"})), R"({"nodeAffinity":{"note":"ssd"}})");
  EXPECT_EQ(base::write_json(at(spec, {"securityContext"})), R"({"runAsUser":7})");
  EXPECT_EQ(base::text_at(spec, {"serviceAccountName"}), "global-account");
  const base::JsonArray& tolerations = at(spec, {"tolerations"}).as_array();
  ASSERT_EQ(tolerations.size(), 2U);
  EXPECT_EQ(base::number_at(tolerations[0], {"tolerationSeconds"}), 600);
  EXPECT_EQ(base::number_at(tolerations[1], {"tolerationSeconds"}), 300);
  EXPECT_EQ(base::write_json(at(main_of(objects), {"livenessProbe"})),
            R"({"httpGet":{"path":"/","port":9094,"scheme":"HTTP"},"initialDelaySeconds":30,)"
            R"("periodSeconds":10,"timeoutSeconds":10})");
}

TEST_F(Backends, GiveWayToWhatTheResourceSets) {
  const Objects objects = both(R"({pod: {
    affinity: {nodeAffinity: {note: own}}, disableDefaultAffinity: true,
    securityContext: {runAsUser: 1}, serviceAccountName: own, labels: {from: own},
    liveness: {periodSeconds: 5}}})");
  const Json& spec = pod_spec(objects);
  EXPECT_EQ(base::write_json(at(spec, {"affinity"})), R"({"nodeAffinity":{"note":"own"}})");
  EXPECT_EQ(base::number_at(spec, {"securityContext", "runAsUser"}), 1);
  EXPECT_EQ(base::text_at(spec, {"serviceAccountName"}), "own");
  EXPECT_EQ(base::text_at(pod_of(objects), {"metadata", "labels", "from"}), "own");
  EXPECT_EQ(base::number_at(main_of(objects), {"livenessProbe", "periodSeconds"}), 5);
}

TEST(Filebeat, TakesOAuth2FromThePluginsParametersAsTheyAre) {
  const Objects objects = rendered(function_of(R"({logTopic: logs, logTopicAgent: sidecar,
    pulsar: {authConfig: {genericAuth: {
      clientAuthenticationPlugin:
        org.apache.pulsar.client.impl.auth.oauth2.AuthenticationOAuth2,
      clientAuthenticationParameters:
        '{"privateKey":"file:///key","issuerUrl":"i","audience":"a"}'}}}})"));
  const Json& env = at(named(at(pod_spec(objects), {"containers"}), "filebeat"), {"env"});
  EXPECT_EQ(base::text_at(named(env, "oauth2Enabled"), {"value"}), "true");
  EXPECT_EQ(base::text_at(named(env, "oauth2PrivateKey"), {"value"}), "file:///key");
  EXPECT_EQ(base::text_at(named(env, "oauth2Audience"), {"value"}), "a");
  EXPECT_TRUE(named(env, "oauth2Scope").is_null());
}

TEST_F(Backends, GiveEveryContainerTheirEnvironment) {
  const Objects objects = both(R"({logTopic: logs, logTopicAgent: sidecar, pod: {
    sidecars: [{name: helper, image: i, env: [{name: shared1, value: own}]}]}})");
  const Json& containers = at(pod_spec(objects), {"containers"});
  EXPECT_EQ(base::text_at(named(at(named(containers, "helper"), {"env"}), "shared1"), {"value"}),
            "own");
  EXPECT_EQ(base::text_at(named(at(named(containers, "filebeat"), {"env"}), "global1"), {"value"}),
            "fromglobal");
}

}  // namespace
}  // namespace functionmesh::render
