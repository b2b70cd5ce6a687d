
#include <algorithm>

#include "render/component_for_tests.hpp"
#include "render/shell_for_tests.hpp"

namespace functionmesh::render {
namespace {

Json job_of(const api::Component& component) {
  return rendered(component).cleanup_job.value_or(Json{});
}

const Json& container_of(const Json& job) {
  return at(job, {"spec", "template", "spec", "containers"}).as_array().at(0);
}

TEST(Cleanup, IsOnlyForWhatLeavesSomethingBehind) {
  EXPECT_TRUE(job_of(function_of()).is_null());
  EXPECT_FALSE(job_of(function_of("{cleanupSubscription: true}")).is_null());
  EXPECT_TRUE(job_of(component_of("Source", "{cleanupSubscription: true}")).is_null());
  EXPECT_FALSE(job_of(component_of("Source",
                                   "{batchSourceConfig: "
                                   "{discoveryTriggererClassName: T}}"))
                   .is_null());
}

TEST(Cleanup, IsNotNeededWhereSomebodyElseOrNobodyCleans) {
  api::Component function = function_of("{cleanupSubscription: true}");
  EXPECT_TRUE(needs_cleanup(function));
  function.metadata.annotations["compute.functionmesh.io/need-cleanup"] = "false";
  EXPECT_FALSE(needs_cleanup(function));
  function.metadata.annotations["compute.functionmesh.io/need-cleanup"] = "true";
  EXPECT_TRUE(needs_cleanup(function));
  function.metadata.labels["compute.functionmesh.io/pulsar-cluster"] = "";
  EXPECT_FALSE(needs_cleanup(function));
}

TEST(Cleanup, IsASmallJobThatNoSelectorOfTheWorkloadFinds) {
  const api::Component function = function_of(R"({cleanupSubscription: true,
    resources: {requests: {cpu: 4, memory: 8Gi}, limits: {cpu: 4, memory: 8Gi}},
    volumeMounts: [{name: own, mountPath: /own}, {name: claimed, mountPath: /claimed}],
    volumeClaimTemplates: [{metadata: {name: claimed}}],
    pod: {labels: {component: function}, volumes: [{name: own, emptyDir: {}}],
          sidecars: [{name: helper}], initContainers: [{name: init}]}})");
  const Json job = job_of(function);
  const Json& labels = at(job, {"spec", "template", "metadata", "labels"});
  EXPECT_FALSE(base::contains(
      labels, at(rendered(function).stateful_set, {"spec", "selector", "matchLabels"})));

  const Json& pod = at(job, {"spec", "template", "spec"});
  EXPECT_EQ(at(pod, {"containers"}).as_array().size(), 1U);
  EXPECT_TRUE(at(pod, {"initContainers"}).is_null());
  EXPECT_EQ(base::text_at(pod, {"restartPolicy"}), "OnFailure");
  EXPECT_GT(base::number_at(job, {"spec", "backoffLimit"}), 0);
  EXPECT_GT(base::number_at(job, {"spec", "activeDeadlineSeconds"}), 0);
  EXPECT_EQ(base::text_at(container_of(job), {"resources", "limits", "memory"}), "512Mi");
  const base::JsonArray& mounts = at(container_of(job), {"volumeMounts"}).as_array();
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(base::text_at(mounts[0], {"name"}), "own");
}

TEST(Cleanup, TakesTheImageAndCredentialsForIt) {
  const Json job = job_of(function_of(R"({cleanupSubscription: true, cleanupImage: cleaner,
    pulsar: {authConfig: {oauth2Config: {audience: a, issuerUrl: i, keySecretName: run,
                                         keySecretKey: k}},
             cleanupAuthConfig: {oauth2Config: {audience: b, issuerUrl: i, keySecretName: clean,
                                                keySecretKey: k}}}})"));
  EXPECT_EQ(base::text_at(container_of(job), {"image"}), "cleaner");
  EXPECT_TRUE(script_of(container_of(job)).contains(R"("audience":"b")"));
  const Json& volumes = at(job, {"spec", "template", "spec", "volumes"});
  EXPECT_FALSE(named(volumes, "clean-k").is_null());
  EXPECT_TRUE(named(volumes, "run-k").is_null());
}

TEST(Cleanup, OfABatchSourceUsesItsOwnCredentials) {
  const Json job = job_of(component_of("Source", R"({
    batchSourceConfig: {discoveryTriggererClassName: T},
    pulsar: {authConfig: {oauth2Config: {audience: a, issuerUrl: i, keySecretName: run,
                                         keySecretKey: k}},
             cleanupAuthConfig: {genericAuth: {clientAuthenticationPlugin: p,
                                               clientAuthenticationParameters: token}}}})"));
  EXPECT_TRUE(script_of(container_of(job)).contains(R"("audience":"a")"));
  EXPECT_FALSE(named(at(job, {"spec", "template", "spec", "volumes"}), "run-k").is_null());
}

struct Cleaned {
  int code = 0;
  std::vector<std::vector<std::string>> calls;
  std::string output;
};

Cleaned clean(const api::Component& component, const std::string& answers = "return 0") {
  ShellSandbox sandbox;
  Cleaned result;
  result.code = sandbox.run(script_of(container_of(job_of(component))),
                            {"/pulsar/bin/pulsar-admin", "pulsarctl"}, answers);
  result.calls = sandbox.calls();
  result.output = sandbox.read("output");
  return result;
}

using Words = std::vector<std::string>;

TEST(Cleanup, RemovesTheSubscriptionFromEveryInputTopic) {
  const Cleaned result = clean(function_of(R"({cleanupSubscription: true,
    subscriptionName: "it's", input: {topics: [b, a], customSerdeSources: {c: S}}})"));
  EXPECT_EQ(result.code, 0);
  ASSERT_EQ(result.calls.size(), 3U);
  EXPECT_EQ(result.calls[0], (Words{"/pulsar/bin/pulsar-admin", "--admin-url", "http://a b",
                                    "topics", "unsubscribe", "-s", "it's", "a"}));
  EXPECT_EQ(result.calls[2].back(), "c");
}

TEST(Cleanup, RemovesItFromAWholeNamespaceForAPattern) {
  struct Case {
    const char* pattern;
    const char* name_space;
  };
  for (const auto& [pattern, name_space] : {
           Case{"persistent://t/n/in-.*", "t/n"},
           Case{"t/n/in-.*", "t/n"},
           Case{"in-.*", "public/default"},
           Case{"persistent://broken", "public/default"},
           Case{"/", "public/default"},
       }) {
    api::Component function = function_of("{cleanupSubscription: true}");
    function.spec.input.topic_pattern = pattern;
    function.spec.image_has_pulsarctl = true;
    const Cleaned result = clean(function);
    ASSERT_EQ(result.calls.size(), 1U) << pattern;
    EXPECT_EQ(result.calls[0],
              (Words{"pulsarctl", "--admin-service-url", "http://a b", "namespaces", "unsubscribe",
                     name_space, "public/default/fn"}));
  }
}

TEST(Cleanup, RemovesTheTopicOfABatchSource) {
  const Cleaned result =
      clean(component_of("Source", "{batchSourceConfig: {discoveryTriggererClassName: T}}"));
  ASSERT_EQ(result.calls.size(), 2U);
  EXPECT_EQ(word_after(result.calls[0], "-s"), "BatchSourceExecutor-public/default/fn");
  EXPECT_EQ(word_after(result.calls[1], "-f"), "persistent://public/default/fn-intermediate");
}

TEST(Cleanup, TriesEveryStepAndFailsWhenOneDid) {
  const api::Component function =
      function_of("{cleanupSubscription: true, input: {topics: [a, b]}}");
  const Cleaned busy = clean(function, "echo 'has connected consumers' >&2; return 1");
  EXPECT_EQ(busy.code, 1);
  EXPECT_EQ(busy.calls.size(), 2U);
  EXPECT_TRUE(busy.output.contains("has connected consumers"));
}

TEST(Cleanup, CountsWhatIsGoneAlreadyAsCleaned) {
  const api::Component function =
      function_of("{cleanupSubscription: true, input: {topics: [a, b]}}");
  EXPECT_EQ(clean(function, "echo 'Subscription x not found for topic' >&2; return 1").code, 0);
  EXPECT_EQ(clean(function, "echo 'Topic persistent://a not found' >&2; return 1").code, 0);
  EXPECT_EQ(clean(function, "echo 'pulsar-admin: not found' >&2; return 127").code, 1);
  EXPECT_EQ(clean(function, "echo 'Host not found' >&2; return 1").code, 1);
}

}  // namespace
}  // namespace functionmesh::render
