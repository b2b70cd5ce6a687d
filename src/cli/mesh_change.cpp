#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/mesh_target.hpp"
#include "cli/terminal.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "cluster/kubernetes/resource_types.hpp"
#include "reconcile/names.hpp"
#include "render/render.hpp"
#include "view/status.hpp"

/// What `kubectl mesh` asks for: restart, pause, resume.
namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using base::Json;
using base::JsonObject;

/// As `kubectl rollout restart` does it: the operator leaves this annotation alone.
constexpr std::string_view kRestartedAt = "kubectl.kubernetes.io/restartedAt";

struct Change {
  cluster::Key key;
  Json patch;
  std::string said;
};

Json annotation_patch(std::string_view name, Json value) {
  JsonObject annotations;
  annotations[name] = std::move(value);
  return JsonObject{{"metadata", JsonObject{{"annotations", std::move(annotations)}}}};
}

/// What waits in a component's pods would come with a restart by the StatefulSet alone neither now
/// nor later: so the operator is asked to roll it out, which restarts them once.
Change restart_of(const Json& component, const std::string& now) {
  const cluster::Key key = cluster::key_of(component);
  const std::string name = base::lower(key.kind) + "/" + key.name;
  const std::string_view waits = base::text_at(component, {"status", "pendingChange"});
  if (waits.find("spec.template") != std::string_view::npos) {
    return {key, annotation_patch(reconcile::kRollout, Json(now)),
            name + " restarts, with what waited: " + std::string{waits}};
  }
  const api::Kind kind = api::kind_of(key.kind).value_or(api::Kind::function);
  return {{"StatefulSet", key.namespace_, render::workload_name(kind, key.name)},
          JsonObject{{"spec", JsonObject{{"template", annotation_patch(kRestartedAt, Json(now))}}}},
          name + " restarts"};
}

Change change_of(const Json& component, MeshChange change, const std::string& now) {
  if (change == MeshChange::restart) {
    return restart_of(component, now);
  }
  const cluster::Key key = cluster::key_of(component);
  const std::string name = base::lower(key.kind) + "/" + key.name;
  return change == MeshChange::pause
             ? Change{key, annotation_patch(reconcile::kPauseRollout, Json("true")),
                      name + " is paused: only a change of its spec reaches its instances"}
             : Change{key, annotation_patch(reconcile::kPauseRollout, Json()),
                      name + " is resumed"};
}

asio::awaitable<base::Result<void>> carry_out(kubernetes::Client& client, Change change) {
  const kubernetes::ResourceType& type = *kubernetes::resource_type(change.key.kind);
  const auto answer = co_await client.send(
      {.method = "PATCH",
       .target = kubernetes::object_path(type, change.key) + "?fieldManager=kubectl-mesh",
       .content_type = "application/merge-patch+json",
       .body = base::write_json(change.patch)});
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  const auto object = kubernetes::object_of("change " + cluster::to_string(change.key), *answer);
  if (!object) {
    co_return std::unexpected(object.error());
  }
  co_return base::Result<void>{};
}

asio::awaitable<int> change_in(Session& session, const TargetOptions& options, MeshChange change) {
  const auto target = target_of(options.target);
  if (!target) {
    print_error(target.error().message);
    co_return kProblems;
  }
  if (target->name.empty()) {
    print_error("name one resource, as `mesh NAME` or `fn NAME`");
    co_return kUsage;
  }
  const auto components = co_await components_of(session, *target);
  if (!components) {
    print_error(components.error().message);
    co_return kProblems;
  }
  const std::string now = base::rfc3339(base::SystemClock{}.now());
  int code = kOk;
  for (const cluster::Object& component : *components) {
    Change one = change_of(*component, change, now);
    const std::string said = one.said;
    const auto done = co_await carry_out(session.client, std::move(one));
    if (done) {
      print(said + "\n");
    } else {
      print_error(done.error().message);
      code = kProblems;
    }
  }
  co_return code;
}

}  // namespace

int mesh_change(const TargetOptions& options, MeshChange change) {
  return with_cluster(options,
                      [&](Session& session) { return change_in(session, options, change); });
}

}  // namespace functionmesh::cli
