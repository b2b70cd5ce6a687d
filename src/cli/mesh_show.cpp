#include "base/clock.hpp"
#include "base/yaml.hpp"
#include "cli/graph.hpp"
#include "cli/mesh_target.hpp"
#include "cli/terminal.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "inspect/subject.hpp"

/// What `kubectl mesh` shows: get, describe, graph.
namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using base::Json;
using base::JsonArray;
using base::JsonObject;

/// For the metrics of an instance that may be busy, through the API server.
constexpr std::chrono::seconds kPodTimeout{3};

int failed(const base::Error& error) {
  print_error(error.message);
  return kProblems;
}

/// Without what only the API server needs.
Json shown(const Json& object) {
  Json copy = object;
  copy.at("metadata").get_object().stable_erase("managedFields");
  if (base::text_at(copy, {"kind"}) == "Secret") {
    copy.get_object().stable_erase("data");
  }
  return copy;
}

asio::awaitable<base::Result<std::string>> read_pod(kubernetes::Client& client, cluster::Key pod,
                                                    int port, std::string path) {
  const std::string target = "/api/v1/namespaces/" + pod.namespace_ + "/pods/" + pod.name + ":" +
                             std::to_string(port) + "/proxy/" + path;
  const auto answer = co_await client.send({.target = target}, kPodTimeout);
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  if (answer->status != 200) {
    co_return std::unexpected(kubernetes::error_of("its metrics through the API server", *answer));
  }
  co_return answer->body;
}

asio::awaitable<int> get_in(Session& session, const MeshGetOptions& options) {
  const auto target = target_of(options.target);
  if (!target) {
    co_return failed(target.error());
  }
  const auto found = co_await find_target(session, *target);
  if (!found) {
    const bool nothing = found.error().code == base::Error::Code::not_found && target->name.empty();
    if (nothing && options.output == "table") {
      print("nothing runs " +
            (session.namespace_.empty() ? std::string{"in any namespace"}
                                        : "in namespace " + session.namespace_) +
            "\n");
      co_return kOk;
    }
    if (!nothing) {
      co_return failed(found.error());
    }
  }
  JsonArray items;
  for (const cluster::Object& object : found ? *found : std::vector<cluster::Object>{}) {
    items.push_back(shown(*object));
  }
  if (options.output == "table") {
    print(view::get_table({items.begin(), items.end()}, base::SystemClock{}.now(), terminal_width(),
                          wants_colour(stdout)));
    co_return kOk;
  }
  const Json list = JsonObject{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
  print(options.output == "json" ? base::write_json(list, base::Layout::indented) + "\n"
                                 : base::write_yaml(list));
  co_return kOk;
}

asio::awaitable<int> describe_in(Session& session, const MeshDescribeOptions& options) {
  const auto target = target_of(options.target);
  if (!target) {
    co_return failed(target.error());
  }
  if (target->name.empty()) {
    print_error("name what to describe: `describe mesh NAME`");
    co_return kUsage;
  }
  const auto found = co_await find_target(session, *target);
  if (!found) {
    co_return failed(found.error());
  }
  const base::TimePoint now = base::SystemClock{}.now();
  const inspect::Means means{
      .read_pod = [&](cluster::Key pod, int port,
                      std::string path) { return read_pod(session.client, pod, port, path); },
      .pause = [&](std::chrono::milliseconds time) { return session.client.pause(time); },
      .pulsar_web = options.pulsar_web};
  for (const cluster::Object& object : *found) {
    const auto subject =
        co_await inspect::look_at(session.reader, means, cluster::key_of(*object), now);
    if (!subject) {
      co_return failed(subject.error());
    }
    print(view::describe(shown(subject->object), subject->events, subject->pods, now,
                         subject->findings, terminal_width()));
  }
  co_return kOk;
}

asio::awaitable<int> graph_in(Session& session, const MeshGraphOptions& options) {
  const auto target = target_of(options.target);
  if (!target) {
    co_return failed(target.error());
  }
  const auto found = co_await find_target(session, *target);
  if (!found) {
    co_return failed(found.error());
  }
  std::vector<api::Resource> resources;
  for (const cluster::Object& object : *found) {
    // The children of a mesh are in its own picture.
    const bool is_child = base::find(*object, {"metadata", "ownerReferences"}) != nullptr;
    if (api::kind_of(base::text_at(*object, {"kind"})) && (!is_child || !target->name.empty())) {
      resources.push_back(api::decode(*object).resource);
    }
  }
  print_graph(view::graph_of(resources), options.output);
  co_return kOk;
}

}  // namespace

int mesh_get(const MeshGetOptions& options) {
  return with_cluster(options, [&](Session& session) { return get_in(session, options); });
}

int mesh_describe(const MeshDescribeOptions& options) {
  return with_cluster(options, [&](Session& session) { return describe_in(session, options); });
}

int mesh_graph(const MeshGraphOptions& options) {
  if (!options.files.empty()) {
    return graph({.files = options.files, .output = options.output});
  }
  return with_cluster(options, [&](Session& session) { return graph_in(session, options); });
}

}  // namespace functionmesh::cli
