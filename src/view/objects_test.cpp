#include "view/objects.hpp"

#include <gtest/gtest.h>

#include "base/yaml.hpp"

namespace functionmesh::view {
namespace {

using base::Json;

const base::TimePoint kNow =
    std::chrono::sys_days{std::chrono::year(2026) / 1 / 31} + std::chrono::hours(12);

std::vector<Json> objects(std::string_view yaml) {
  std::vector<Json> result;
  const auto documents = base::parse_yaml(yaml, "test.yaml");
  EXPECT_TRUE(documents.has_value()) << documents.error();
  for (const base::YamlDocument& document : *documents) {
    result.push_back(document.value);
  }
  return result;
}

constexpr std::string_view kFunction = R"(
kind: Function
metadata: {name: enrich, namespace: default, creationTimestamp: "2026-01-31T11:55:00Z"}
spec:
  className: enrich.Enrich
  replicas: 2
  python: {py: enrich.py, pyLocation: "https://user:hunter2@files.example.org/enrich.py?token=hunter2"}
  pulsar:
    pulsarConfig: pulsar-main
    authSecret: hidden
    authConfig: {genericAuth: {clientAuthenticationPlugin: p, clientAuthenticationParameters: hunter2}}
  input: {topics: [orders, users]}
  output: {topic: enriched}
  funcConfig: {lookup: hunter2, limit: 5}
  secretsMap: {API_KEY: {path: api-secret, key: token}}
  logTopic: logs
  maxMessageRetry: 3
  resources: {limits: {cpu: 200m, memory: 1Gi}}
status:
  phase: Degraded
  message: "1 of 2 instances are ready; enrich-function-1: exited with 1: ModuleNotFoundError"
  readyReplicas: 1
  conditions:
    StatefulSet: {condition: StatefulSetReady, status: "False", action: Wait, reason: CrashLoopBackOff,
                  message: "enrich-function-1: exited with 1: ModuleNotFoundError"}
    Service: {condition: ServiceReady, status: "True", action: NoAction}
)";

constexpr std::string_view kPods = R"(
kind: Pod
metadata:
  name: enrich-function-0
  namespace: default
  creationTimestamp: "2026-01-31T11:55:00Z"
  annotations: {functionmesh.io/pid: "4711", functionmesh.io/grpc-port: "20001",
                functionmesh.io/metrics-port: "20002", functionmesh.io/log-file: /tmp/enrich.log}
spec: {containers: [{name: pulsar-function}]}
status:
  phase: Running
  containerStatuses:
    - {name: pulsar-function, ready: true, restartCount: 0,
       state: {running: {}}}
---
kind: Pod
metadata: {name: enrich-function-1, namespace: default, creationTimestamp: "2026-01-31T11:58:00Z"}
spec: {containers: [{name: pulsar-function, ports: [
  {name: tcp-grpc, containerPort: 9093}, {name: http-metrics, containerPort: 9094}]}]}
status:
  phase: Running
  containerStatuses:
    - {name: pulsar-function, ready: false, restartCount: 4,
       state: {waiting: {reason: CrashLoopBackOff}},
       lastState: {terminated: {exitCode: 1, message: "exited with 1: ModuleNotFoundError"}}}
)";

constexpr std::string_view kEvents = R"(
{type: Warning, reason: BackOff, message: tries again in 8 s, count: 4, lastTimestamp: "2026-01-31T11:59:50Z"}
---
{type: Normal, reason: Created, message: StatefulSet created, eventTime: "2026-01-31T11:55:00.123456Z"}
)";

TEST(GetTable, ShowsComponentsAndPodsInTablesOfTheirOwn) {
  std::vector<Json> all = objects(kPods);
  all.insert(all.begin(), objects(kFunction)[0]);
  EXPECT_EQ(get_table(all, kNow),
            R"(NAME              READY   STATE              AGE   MESSAGE
function/enrich   1/2     CrashLoopBackOff   5m    1 of 2 instances are ready; enrich-function-1: exited with 1: ModuleNotFoundError

NAME                    READY   STATE              RESTARTS   AGE   PID    PORTS                              MESSAGE
pod/enrich-function-0   1/1     Running            0          5m    4711   grpc 20001, metrics 20002
pod/enrich-function-1   0/1     CrashLoopBackOff   4          2m    -      tcp-grpc 9093, http-metrics 9094   exited with 1: ModuleNotFoundError
)");
}

TEST(GetTable, CountsTheReadyPartsOfAMesh) {
  EXPECT_EQ(get_table(objects(R"(
kind: FunctionMesh
metadata: {name: shop}
spec: {functions: [{name: a}, {name: b}], sinks: [{name: c}]}
status:
  condition: {condition: MeshReady, status: "False", action: Wait}
  functionConditions:
    a: {condition: FunctionReady, status: "True"}
    b: {condition: FunctionReady, status: "False", message: no such class}
  sinkConditions: {c: {condition: SinkReady, status: "True"}}
)"),
                      kNow),
            "NAME                READY   STATE     AGE   MESSAGE\n"
            "functionmesh/shop   2/3     Pending   -     function b: no such class\n");
}

TEST(GetTable, TellsAWellComponentInAFewWords) {
  EXPECT_EQ(get_table(objects(R"(
kind: Sink
metadata: {name: search, namespace: shop}
spec: {replicas: 1}
status: {phase: Ready, message: all well, readyReplicas: 1}
---
kind: Service
metadata: {name: search-sink-headless}
)"),
                      kNow),
            "NAME               READY   STATE   AGE   MESSAGE\n"
            "sink/shop/search   1/1     Ready   -\n"
            "\n"
            "NAME                                   READY   AGE\n"
            "service/default/search-sink-headless   -       -\n");
}

TEST(GetTable, SaysWhatIsBeingDeleted) {
  const std::string text = get_table(objects(R"(
kind: Function
metadata: {name: f, deletionTimestamp: "2026-01-31T11:59:00Z"}
status: {phase: Ready}
)"),
                                     kNow);
  EXPECT_TRUE(text.contains("Terminating")) << text;
}

TEST(Describe, TellsWhatAComponentIsAndWhatIsWrong) {
  EXPECT_EQ(describe(objects(kFunction)[0], objects(kEvents), objects(kPods), kNow),
            R"(Name:            enrich
Namespace:       default
Kind:            Function
Age:             5m
State:           CrashLoopBackOff
Why:             enrich-function-1: exited with 1: ModuleNotFoundError
Ready:           1/2
Pulsar name:     public/default/enrich
Pulsar cluster:  pulsar-main
Reads:           persistent://public/default/orders
                 persistent://public/default/users
Writes:          persistent://public/default/enriched
Logs to:         persistent://public/default/logs
Dead letters:    persistent://public/default/public-default-enrich-DLQ
Subscription:    public/default/enrich, from the earliest
Class:           enrich.Enrich
Code:            Python, enrich.py from https://files.example.org/enrich.py
Config keys:     lookup, limit
Secrets:         API_KEY from key token of Secret api-secret
Guarantee:       atleast_once
Retries:         3
Requests:        memory 1Gi
Limits:          cpu 200m, memory 1Gi
Runs as:         StatefulSet enrich-function

Conditions:
  CONDITION     STATUS   REASON             MESSAGE
  StatefulSet   False    CrashLoopBackOff   enrich-function-1: exited with 1: ModuleNotFoundError
  Service       True     NoAction

Pods:
  POD                 READY   STATE              RESTARTS   AGE   PID    PORTS                              MESSAGE
  enrich-function-0   1/1     Running            0          5m    4711   grpc 20001, metrics 20002
  enrich-function-1   0/1     CrashLoopBackOff   4          2m           tcp-grpc 9093, http-metrics 9094   exited with 1: ModuleNotFoundError

Events:
  LAST SEEN   COUNT   TYPE      REASON    MESSAGE
  5m ago         ×1   Normal    Created   StatefulSet created
  10s ago        ×4   Warning   BackOff   tries again in 8 s
)");
}

TEST(Describe, ShowsNoSecrets) {
  const std::string secret = describe(objects(R"(
kind: Secret
metadata: {name: s, annotations: {kubectl.kubernetes.io/last-applied-configuration: hunter2}}
data: {token: aHVudGVyMg==}
stringData: {password: hunter2}
)")[0],
                                      {}, {}, kNow);
  EXPECT_TRUE(secret.contains("token, password")) << secret;
  EXPECT_FALSE(secret.contains("hunter2")) << secret;
  EXPECT_FALSE(secret.contains("aHVudGVyMg")) << secret;

  const std::string function = describe(objects(kFunction)[0], {}, {}, kNow);
  EXPECT_FALSE(function.contains("hunter2")) << function;

  const std::string sink = describe(objects(R"(
kind: Sink
metadata: {name: s}
spec:
  sinkConfig: {password: hunter2}
  java: {jar: s.nar, javaOpts: [-Dpassword=hunter2], jarLocation: "function://public/default/s@1"}
  pod: {env: [{name: PASSWORD, value: hunter2}]}
)")[0],
                                    {}, {}, kNow);
  EXPECT_FALSE(sink.contains("hunter2")) << sink;
  EXPECT_TRUE(sink.contains("function://public/default/s@1")) << sink;
}

TEST(Describe, ShowsAPod) {
  const std::string text = describe(objects(kPods)[1], {}, {}, kNow);
  EXPECT_TRUE(text.contains("State:")) << text;
  EXPECT_TRUE(text.contains("CrashLoopBackOff")) << text;
  EXPECT_TRUE(describe(objects(kPods)[0], {}, {}, kNow).contains("/tmp/enrich.log"));
  EXPECT_TRUE(text.contains("Ended before:  exit code 1, exited with 1")) << text;
}

TEST(Describe, DoesNotPassOnControlCharacters) {
  std::vector<Json> all = objects(kFunction);
  all[0].at("status").as_object()["message"] = "evil\x1b[2J\nName: other";
  const std::string text = describe(all[0], {}, {}, kNow);
  EXPECT_FALSE(text.contains('\x1b'));
  EXPECT_FALSE(text.contains("\nName: other"));
}

TEST(Describe, TakesAnything) {
  for (const char* yaml :
       {"null", "[]", "{}", "{kind: Function, metadata: 7, spec: [], status: {conditions: [1]}}",
        "{kind: FunctionMesh, spec: {functions: 7}, status: {functionConditions: [x]}}",
        "{kind: Pod, spec: {containers: [{ports: [7]}]}, status: {containerStatuses: [1, {state: "
        "{waiting: 1}}]}}",
        "{kind: Secret, data: [1]}", "{kind: 7, status: 7}"}) {
    const base::Json object = objects(std::string("- ") + yaml)[0].as_array()[0];
    EXPECT_FALSE(describe(object, {object}, {object}, kNow).empty()) << yaml;
    EXPECT_FALSE(get_table({object}, kNow).empty()) << yaml;
  }
}

}  // namespace
}  // namespace functionmesh::view
