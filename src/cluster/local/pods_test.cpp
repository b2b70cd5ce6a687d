#include "cluster/local/pods.hpp"

#include <signal.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <sstream>

#include "cluster/local/loop_for_tests.hpp"
#include "cluster/local/memory_cluster.hpp"

namespace functionmesh::local {
namespace {

namespace fs = std::filesystem;
using base::Json;
using base::JsonArray;
using base::JsonObject;
using base::text_at;
using namespace std::chrono_literals;

using Wait = asio::awaitable<bool>;

/// What stands for an instance: it answers on its metrics port and obeys SIGTERM.
constexpr std::string_view fake_instance = R"(
import socket, sys
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', int(sys.argv[sys.argv.index('--metrics_port') + 1])))
server.listen(10)
print('up', sys.argv[1:], flush=True)
while True:
    client, _ = server.accept()
    client.recv(10000)
    client.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    client.close()
)";

const std::string serve =
    "SHARD_ID=${POD_NAME##*-} && echo shard=$SHARD_ID word=$WORD && exec /usr/bin/python3 -S -E "
    "/pulsar/instances/fake.py $SHARD_ID --port 9093 --metrics_port 9094";

struct NoFetcher : Fetcher {
  asio::awaitable<Result<void>> fetch(std::string location, fs::path destination,
                                      std::map<std::string, std::string>) override {
    ++fetched;
    if (location.contains("missing")) {
      co_return base::fail(base::Error::Code::not_found, "there is no such package");
    }
    std::ofstream(destination) << "package of " << location;
    co_return Result<void>{};
  }
  int fetched = 0;
};

bool runs(const std::string& process) {
  return !process.empty() && ::kill(std::stoi(process), 0) == 0;
}

void write(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class PodsTest : public testing::Test {
 protected:
  void SetUp() override {
    write(folder / "home/instances/fake.py", fake_instance);
    pods.emplace(cluster, clock, fetcher,
                 PodsOptions{folder / "state dir", folder / "home", {}, {folder / "files"}},
                 loop.get_executor());
    pods->start();
  }

  void TearDown() override { run(loop, pods->stop()); }

  /// A StatefulSet "f" of `replicas` pods with this script and more members of its container.
  Json stateful_set(int replicas, const std::string& script, JsonObject more = {}) {
    JsonObject container{{"name", "pulsar-function"},
                         {"image", "runner"},
                         {"command", JsonArray{"bash", "-c", script}}};
    JsonArray env{
        {{"name", "POD_NAME"}, {"valueFrom", {{"fieldRef", {{"fieldPath", "metadata.name"}}}}}}};
    container["env"] = std::move(env);
    for (auto& [name, value] : more) {
      container[name] = value;
    }
    JsonObject pod_spec{{"containers", JsonArray{std::move(container)}}};
    return JsonObject{
        {"apiVersion", "apps/v1"},
        {"kind", "StatefulSet"},
        {"metadata", {{"name", "f"}, {"namespace", "ns"}}},
        {"spec", JsonObject{{"replicas", replicas},
                            {"template", JsonObject{{"metadata", {{"labels", {{"app", "f"}}}}},
                                                    {"spec", std::move(pod_spec)}}}}}};
  }

  asio::awaitable<void> apply(Json object) {
    const auto applied = co_await cluster.apply(std::move(object));
    EXPECT_TRUE(applied) << applied.error().message;
  }

  asio::awaitable<Json> get(std::string kind, std::string name) {
    const auto found = co_await cluster.get({kind, "ns", name});
    co_return found ? **found : Json{};
  }

  /// Waits until what `kind/name` says fits `condition`.
  Wait eventually_object(std::string kind, std::string name,
                         std::function<bool(const Json&)> condition,
                         std::chrono::milliseconds limit = 8s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
      const Json object = co_await get(kind, name);
      if (condition(object)) {
        co_return true;
      }
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << kind << " " << name << " is\n"
                      << base::write_json(object, base::Layout::indented);
        co_return false;
      }
      co_await pause_for(loop, 10ms);
    }
  }

  Wait ready(int replicas) {
    co_return co_await eventually_object("StatefulSet", "f", [=](const Json& object) {
      return base::number_at(object, {"status", "readyReplicas"}) == replicas &&
             base::number_at(object, {"status", "replicas"}) == replicas &&
             base::number_at(object, {"status", "updatedReplicas"}) == replicas &&
             base::number_at(object, {"status", "observedGeneration"}) ==
                 base::number_at(object, {"metadata", "generation"});
    });
  }

  Wait waits(std::string pod, std::string reason, std::string message) {
    co_return co_await eventually_object("Pod", pod, [=](const Json& object) {
      const Json* states = base::find(object, {"status", "containerStatuses"});
      return states != nullptr &&
             text_at(states->at(0), {"state", "waiting", "reason"}) == reason &&
             text_at(states->at(0), {"state", "waiting", "message"}).contains(message);
    });
  }

  asio::awaitable<std::string> pid_of(std::string pod) {
    const Json object = co_await get("Pod", pod);
    co_return std::string{text_at(object, {"metadata", "annotations", "functionmesh.io/pid"})};
  }

  asio::awaitable<std::string> output_of(std::string pod) {
    const Json object = co_await get("Pod", pod);
    co_return content(
        std::string{text_at(object, {"metadata", "annotations", "functionmesh.io/log-file"})});
  }

  TestFolder folder;
  asio::io_context loop;
  base::SystemClock clock;
  MemoryCluster cluster{loop.get_executor(), clock};
  NoFetcher fetcher;
  std::optional<Pods> pods;
};

TEST_F(PodsTest, RunsAStatefulSetUntilItIsDeleted) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(2, serve));
    co_await ready(2);
    const Json pod = co_await get("Pod", "f-1");
    EXPECT_EQ(text_at(pod, {"status", "phase"}), "Running");
    EXPECT_EQ(text_at(pod, {"metadata", "labels", "app"}), "f");
    EXPECT_EQ(text_at(pod.at("metadata").at("ownerReferences").at(0), {"kind"}), "StatefulSet");
    const std::string first = co_await pid_of("f-0");
    const std::string second = co_await pid_of("f-1");
    EXPECT_TRUE(runs(first) && runs(second));
    const std::string output = co_await output_of("f-1");
    EXPECT_TRUE(output.contains("shard=1")) << output;
    const auto port = text_at(pod, {"metadata", "annotations", "functionmesh.io/grpc-port"});
    EXPECT_TRUE(output.contains("'" + std::string{port} + "'")) << output;

    co_await cluster.remove({"StatefulSet", "ns", "f"});
    co_await eventually_object("Pod", "f-0", [](const Json& object) { return object.is_null(); });
    co_await eventually_object("Pod", "f-1", [](const Json& object) { return object.is_null(); });
    EXPECT_FALSE(runs(first) || runs(second));
  }());
}

TEST_F(PodsTest, ScalesWithoutTouchingThePodsThatStay) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(1, serve));
    co_await ready(1);
    const std::string first = co_await pid_of("f-0");
    co_await apply(stateful_set(3, serve));
    co_await ready(3);
    co_await apply(stateful_set(0, serve));
    co_await ready(0);
    EXPECT_FALSE(runs(first));
    co_await apply(stateful_set(1, serve));
    co_await ready(1);
    const Json pod = co_await get("Pod", "f-0");
    EXPECT_EQ(base::number_at(pod.at("status").at("containerStatuses").at(0), {"restartCount"}), 0);
  }());
}

TEST_F(PodsTest, ReplacesPodsOneAtATimeTheHighestFirst) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(2, serve));
    co_await ready(2);
    // A watch lasts as long as the cluster, longer than this coroutine.
    const auto fewest = std::make_shared<std::int64_t>(2);
    const auto deleted = std::make_shared<std::vector<std::string>>();
    cluster.watch("StatefulSet", [fewest](cluster::Change, const cluster::Object& object) {
      *fewest = std::min(*fewest, base::number_at(*object, {"status", "readyReplicas"}, 2));
    });
    cluster.watch("Pod", [deleted](cluster::Change change, const cluster::Object& object) {
      if (change == cluster::Change::deleted) {
        deleted->emplace_back(text_at(*object, {"metadata", "name"}));
      }
    });
    co_await apply(stateful_set(2, serve + " new"));
    co_await ready(2);
    EXPECT_EQ(*fewest, 1);
    EXPECT_EQ(*deleted, (std::vector<std::string>{"f-1", "f-0"}));
    EXPECT_TRUE((co_await output_of("f-0")).contains("'new'"));
  }());
}

TEST_F(PodsTest, ABadUpdateStopsAtTheFirstPod) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(2, serve));
    co_await ready(2);
    const std::string first = co_await pid_of("f-0");
    co_await apply(stateful_set(2, "echo starting; echo 'NameError: no x' >&2; exit 3"));
    co_await waits("f-1", "CrashLoopBackOff", "exited with 3 after 0.");
    co_await waits("f-1", "CrashLoopBackOff", "s: NameError: no x; tries again in 1 s");
    EXPECT_TRUE(runs(first));
    co_await apply(stateful_set(2, serve));
    co_await ready(2);
    EXPECT_EQ(co_await pid_of("f-0"), first);
  }());
}

TEST_F(PodsTest, StartsAProcessThatEndedAgain) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(1, serve));
    co_await ready(1);
    const std::string first = co_await pid_of("f-0");
    ::kill(std::stoi(first), SIGKILL);
    co_await waits("f-0", "CrashLoopBackOff", "was killed by signal 9 (Killed) after");
    co_await ready(1);
    const std::string second = co_await pid_of("f-0");
    EXPECT_NE(second, first);
    const Json pod = co_await get("Pod", "f-0");
    const Json& container = pod.at("status").at("containerStatuses").at(0);
    EXPECT_EQ(base::number_at(container, {"restartCount"}), 1);
    EXPECT_EQ(base::number_at(container, {"lastState", "terminated", "exitCode"}), 137);
    EXPECT_EQ(base::number_at(container, {"lastState", "terminated", "signal"}), 9);
  }());
}

TEST_F(PodsTest, AnExitWithZeroCountsAsEnded) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(1, "echo 'x.IncompatibleSchemaException: no'; exit 0"));
    co_await waits("f-0", "CrashLoopBackOff",
                   "exited with 0 after 0.0 s: x.IncompatibleSchemaException: no; tries again in");
    co_await waits("f-0", "CrashLoopBackOff", "tries again in 2 s");
  }());
}

TEST_F(PodsTest, ADeletedPodComesBackAsANewOne) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(1, serve));
    co_await ready(1);
    const Json before = co_await get("Pod", "f-0");
    const std::string first = co_await pid_of("f-0");
    co_await cluster.remove({"Pod", "ns", "f-0"});
    co_await eventually_object("Pod", "f-0", [&](const Json& pod) {
      return !pod.is_null() &&
             text_at(pod, {"metadata", "uid"}) != text_at(before, {"metadata", "uid"});
    });
    co_await ready(1);
    EXPECT_FALSE(runs(first));
  }());
}

TEST_F(PodsTest, KillsWhatDoesNotEndInItsGracePeriod) {
  run(loop, [&]() -> asio::awaitable<void> {
    Json stubborn = stateful_set(1, "trap '' TERM; echo up; while true; do sleep 0.1; done");
    stubborn.at("spec").at("template").at("spec").as_object()["terminationGracePeriodSeconds"] = 1;
    co_await apply(stubborn);
    co_await eventually_object("Pod", "f-0", [](const Json& pod) {
      return content(
                 std::string{text_at(pod, {"metadata", "annotations", "functionmesh.io/log-file"})})
          .contains("up");
    });
    const std::string process = co_await pid_of("f-0");
    co_await cluster.remove({"StatefulSet", "ns", "f"});
    co_await pause_for(loop, 300ms);
    EXPECT_TRUE(runs(process));
    EXPECT_FALSE((co_await get("Pod", "f-0")).is_null());
    co_await eventually_object("Pod", "f-0", [](const Json& pod) { return pod.is_null(); });
    EXPECT_FALSE(runs(process));
  }());
}

TEST_F(PodsTest, WaitsForConfigMapsAndRestartsWhenTheyChange) {
  const auto config = [](const std::string& word) {
    return JsonObject{{"apiVersion", "v1"},
                      {"kind", "ConfigMap"},
                      {"metadata", {{"name", "words"}, {"namespace", "ns"}}},
                      {"data", {{"WORD", word}}}};
  };
  run(loop, [&]() -> asio::awaitable<void> {
    JsonArray from{JsonObject{{"configMapRef", JsonObject{{"name", "words"}}}}};
    co_await apply(stateful_set(1, serve, {{"envFrom", from}}));
    co_await waits("f-0", "CreateContainerConfigError", "ConfigMap ns/words is not there");
    co_await apply(config("one"));
    co_await ready(1);
    EXPECT_TRUE((co_await output_of("f-0")).contains("word=one"));
    co_await apply(config("two"));
    co_await eventually_object("Pod", "f-0", [&](const Json& pod) {
      return content(
                 std::string{text_at(pod, {"metadata", "annotations", "functionmesh.io/log-file"})})
          .contains("word=two");
    });
    co_await ready(1);
    const std::string process = co_await pid_of("f-0");
    co_await cluster.remove({"ConfigMap", "ns", "words"});
    co_await pause_for(loop, 200ms);
    EXPECT_EQ(co_await pid_of("f-0"), process);
  }());
}

TEST_F(PodsTest, WaitsForTheFunctionFileAndRestartsWhenItIsEdited) {
  run(loop, [&]() -> asio::awaitable<void> {
    Json object = stateful_set(1,
                               "SHARD_ID=${POD_NAME##*-} && cat lib/fn.py && exec /usr/bin/python3 "
                               "/pulsar/instances/fake.py --py lib/fn.py --metrics_port 9094");
    co_await apply(object);
    co_await waits("f-0", "FunctionFileMissing", "no file lib/fn.py: looked at ");
    write(folder / "files/lib/fn.py", "version one\n");
    co_await ready(1);
    EXPECT_TRUE((co_await output_of("f-0")).contains("version one"));
    const std::string first = co_await pid_of("f-0");
    fs::remove(folder / "files/lib/fn.py");
    co_await pause_for(loop, 1200ms);
    EXPECT_EQ(co_await pid_of("f-0"), first);
    write(folder / "files/lib/fn.py", "version two!\n");
    co_await eventually_object("Pod", "f-0", [&](const Json& pod) {
      return content(
                 std::string{text_at(pod, {"metadata", "annotations", "functionmesh.io/log-file"})})
          .contains("version two!");
    });
    co_await ready(1);
  }());
}

TEST_F(PodsTest, FetchesAPackageThatTheResourceLocates) {
  const auto function = [](const std::string& name, const std::string& location) {
    return JsonObject{
        {"apiVersion", "compute.functionmesh.io/v1alpha1"},
        {"kind", "Function"},
        {"metadata", {{"name", name}, {"namespace", "ns"}}},
        {"spec", {{"python", JsonObject{{"py", "fn.py"}, {"pyLocation", location}}}}}};
  };
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(function("f", "function://public/default/missing@1"));
    const Json owner = co_await get("Function", "f");
    Json object = stateful_set(1,
                               "wget x -O fn.py && SHARD_ID=${POD_NAME##*-} && cat fn.py && exec "
                               "/usr/bin/python3 /pulsar/instances/fake.py --py fn.py "
                               "--metrics_port 9094");
    object.at("metadata").as_object()["ownerReferences"] =
        JsonArray{JsonObject{{"kind", "Function"},
                             {"name", "f"},
                             {"apiVersion", "compute.functionmesh.io/v1alpha1"},
                             {"uid", text_at(owner, {"metadata", "uid"})}}};
    co_await apply(object);
    co_await waits("f-0", "PackageNotFetched",
                   "function://public/default/missing@1: there is no such package");
    co_await apply(function("f", "http://host/there.py"));
    object.at("spec").at("template").as_object()["metadata"] = JsonObject{};
    co_await apply(object);
    co_await ready(1);
    EXPECT_TRUE((co_await output_of("f-0")).contains("package of http://host/there.py"));
    const int fetched = fetcher.fetched;
    co_await cluster.remove({"Pod", "ns", "f-0"});
    co_await ready(1);
    EXPECT_EQ(fetcher.fetched, fetched);
  }());
}

TEST_F(PodsTest, IsReadyOnlyWhileItsBrokerAnswers) {
  run(loop, [&]() -> asio::awaitable<void> {
    using asio::ip::tcp;
    std::optional<tcp::acceptor> broker(std::in_place, loop,
                                        tcp::endpoint{asio::ip::address_v4::loopback(), 0});
    const auto address = broker->local_endpoint();
    broker.reset();
    const auto url = "pulsar://127.0.0.1:" + std::to_string(address.port());
    JsonArray env{JsonObject{{"name", "brokerServiceURL"}, {"value", url}},
                  JsonObject{{"name", "POD_NAME"}, {"value", "f-0"}}};
    co_await apply(stateful_set(1, serve, {{"env", env}}));
    co_await waits("f-0", "BrokerUnreachable", url + " does not answer: connection refused");
    broker.emplace(loop, address);
    co_await ready(1);
    const std::string process = co_await pid_of("f-0");
    broker.reset();
    const auto ready_is = [](const std::string& status, const std::string& message) {
      return [=](const Json& pod) {
        const auto& conditions = pod.at("status").at("conditions").as_array();
        return text_at(conditions.back(), {"status"}) == status &&
               text_at(conditions.front(), {"message"}) == message;
      };
    };
    co_await eventually_object("Pod", "f-0",
                               ready_is("False", url + " does not answer: connection refused"));
    broker.emplace(loop, address);
    co_await eventually_object("Pod", "f-0", ready_is("True", ""));
    EXPECT_EQ(co_await pid_of("f-0"), process);
  }());
}

TEST_F(PodsTest, SaysThatJavaIsMissing) {
  run(loop, [&]() -> asio::awaitable<void> {
    JsonArray env{JsonObject{{"name", "PATH"}, {"value", "/nowhere"}}};
    co_await apply(stateful_set(1, "exec java -version", {{"env", env}}));
    co_await waits("f-0", "JavaMissing", "there is no java on the PATH");
  }());
}

TEST_F(PodsTest, SaysWhenAProgramCannotBeStarted) {
  run(loop, [&]() -> asio::awaitable<void> {
    JsonArray env{JsonObject{{"name", "PATH"}, {"value", "/nowhere"}}};
    co_await apply(stateful_set(1, "true", {{"env", env}}));
    co_await waits("f-0", "CrashLoopBackOff", "cannot start bash: there is no such program");
  }());
}

TEST_F(PodsTest, AFullDiskCostsOnlyTheOutput) {
  const auto log = folder / "state dir/pods/ns/f-0/output.log";
  fs::create_directories(log.parent_path());
  fs::create_symlink("/dev/full", log);
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(stateful_set(1, serve));
    co_await ready(1);
    const Json pod = co_await get("Pod", "f-0");
    const std::string status = base::write_json(pod.at("status").at("conditions"));
    EXPECT_TRUE(status.contains("OutputDropped")) << status;
    EXPECT_TRUE(status.contains("No space left on device")) << status;
  }());
}

TEST_F(PodsTest, TellsOnceThatSidecarsDoNotRun) {
  run(loop, [&]() -> asio::awaitable<void> {
    Json object = stateful_set(1, serve);
    auto& containers = object.at("spec").at("template").at("spec").at("containers").as_array();
    containers.insert(containers.begin(), JsonObject{{"name", "proxy"}, {"image", "p"}});
    co_await apply(object);
    co_await ready(1);
    const auto events = cluster.events_about({"StatefulSet", "ns", "f"});
    EXPECT_EQ(events.size(), 1U);
    EXPECT_EQ(events.front().message, "only the container pulsar-function runs on this machine");
    EXPECT_EQ(events.front().count, 1);
  }());
}

class JobsTest : public PodsTest {
 protected:
  static Json job(const std::string& script, JsonObject more = {}) {
    JsonObject container{{"name", "cleanup"}, {"command", JsonArray{"sh", "-c", script}}};
    JsonObject spec{{"template", {{"spec", {{"containers", JsonArray{std::move(container)}}}}}}};
    for (auto& [name, value] : more) {
      spec[name] = value;
    }
    return JsonObject{{"apiVersion", "batch/v1"},
                      {"kind", "Job"},
                      {"metadata", {{"name", "clean"}, {"namespace", "ns"}}},
                      {"spec", std::move(spec)}};
  }

  Wait finishes(std::string type, std::string reason) {
    co_return co_await eventually_object("Job", "clean", [=](const Json& object) {
      const Json* conditions = base::find(object, {"status", "conditions"});
      return conditions != nullptr && text_at(conditions->at(0), {"type"}) == type &&
             text_at(conditions->at(0), {"reason"}) == reason;
    });
  }
};

TEST_F(JobsTest, RunsToCompletionWithPulsarAdminOfTheRunnerHome) {
  write(folder / "home/bin/pulsar-admin", "#!/bin/sh\necho \"admin $*\" >> ../calls\n");
  fs::permissions(folder / "home/bin/pulsar-admin", fs::perms::owner_all);
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(
        job("/pulsar/bin/pulsar-admin topics list && export PATH=$PATH:/pulsar/bin && "
            "pulsarctl --admin-service-url http://b:1 --tls-allow-insecure=false "
            "subscriptions delete persistent://a/b/c sub"));
    co_await finishes("Complete", "");
    const Json object = co_await get("Job", "clean");
    EXPECT_EQ(base::number_at(object, {"status", "succeeded"}), 1);
    const auto pods_of_ns = co_await cluster.list({"Pod", "ns", {}});
    const auto name = std::string{text_at(*pods_of_ns->at(0), {"metadata", "name"})};
    EXPECT_EQ(content(folder / ("state dir/pods/ns/" + name + "/calls")),
              "admin topics list\n"
              "admin --admin-url http://b:1 topics unsubscribe -s sub persistent://a/b/c\n");
    EXPECT_EQ(text_at(*pods_of_ns->at(0), {"status", "phase"}), "Succeeded");
  }());
}

TEST_F(JobsTest, GivesUpAfterItsBackOffLimit) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(job("echo 'no such topic, error'; exit 4", {{"backoffLimit", 1}}));
    co_await finishes("Failed", "BackoffLimitExceeded");
    const Json object = co_await get("Job", "clean");
    EXPECT_TRUE(text_at(object.at("status").at("conditions").at(0), {"message"})
                    .contains("exited with 4 after 0.0 s: no such topic, error"));
  }());
}

TEST_F(JobsTest, GivesUpWhenItCannotEvenBeStarted) {
  run(loop, [&]() -> asio::awaitable<void> {
    Json object = job("true", {{"backoffLimit", 0}});
    Json& containers = object.at("spec").at("template").at("spec").at("containers");
    containers.at(0).at("command").at(0) = "no-such-shell";
    co_await apply(object);
    co_await finishes("Failed", "BackoffLimitExceeded");
    const Json failed = co_await get("Job", "clean");
    EXPECT_TRUE(text_at(failed.at("status").at("conditions").at(0), {"message"})
                    .contains("cannot start no-such-shell: there is no such program"));
  }());
}

TEST_F(JobsTest, IsRemovedWhenItIsToLiveNoLonger) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(job("exit 0", {{"ttlSecondsAfterFinished", 0}}));
    co_await eventually_object("Job", "clean", [](const Json& object) { return object.is_null(); });
    bool any_pod = true;
    for (int i = 0; any_pod && i < 100; ++i) {
      co_await pause_for(loop, 10ms);
      any_pod = !(co_await cluster.list({"Pod", "ns", {}}))->empty();
    }
    EXPECT_FALSE(any_pod);
  }());
}

TEST_F(JobsTest, EndsAtItsDeadline) {
  run(loop, [&]() -> asio::awaitable<void> {
    co_await apply(job("exec sleep 1005", {{"activeDeadlineSeconds", 1}}));
    co_await finishes("Failed", "DeadlineExceeded");
  }());
}

}  // namespace
}  // namespace functionmesh::local
