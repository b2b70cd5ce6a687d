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
    EXPECT_EQ(text_at(pod, {"metadata", "ownerReferences"}), "");
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

}  // namespace
}  // namespace functionmesh::local
