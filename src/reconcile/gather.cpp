#include "reconcile/gather.hpp"

#include <algorithm>
#include <charconv>

#include "reconcile/carry_out.hpp"
#include "reconcile/metadata.hpp"

namespace functionmesh::reconcile {
namespace {

using base::Error;

/// The number of an instance; none for pods of other workloads (a Job's name begins alike).
std::optional<std::int64_t> ordinal_of(std::string_view pod, std::string_view prefix) {
  const std::string_view digits = pod.substr(std::min(prefix.size(), pod.size()));
  std::int64_t ordinal = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), ordinal);
  return error == std::errc{} && end == digits.end() ? std::optional{ordinal} : std::nullopt;
}

bool is_pod_of_stateful_set(const Json& pod) {
  const Json* owners = base::find(pod, {"metadata", "ownerReferences"});
  return owners != nullptr && owners->is_array() &&
         std::ranges::any_of(owners->get_array(), [](const Json& owner) {
           return base::text_at(owner, {"kind"}) == "StatefulSet";
         });
}

/// The instances; while they run, those that are wanted: of one that is about to go there is
/// nothing to say.
boost::asio::awaitable<Result<void>> gather_pods(cluster::Cluster& cluster, ComponentView& view) {
  const Key key = cluster::key_of(*view.resource);
  api::Metadata metadata;
  metadata.name = key.name;
  metadata.namespace_ = key.namespace_;
  const std::string prefix = render::workload_name(view.kind, key.name) + "-";
  const auto listed = co_await cluster.list({.kind = "Pod",
                                             .namespace_ = key.namespace_,
                                             .labels = render::selector_labels(view.kind, metadata),
                                             .name_prefix = prefix});
  if (!listed) {
    if (listed.error().code != Error::Code::forbidden) {
      co_return std::unexpected(listed.error());
    }
    view.unreadable.emplace("Pod", listed.error());
    co_return Result<void>{};
  }
  const bool all = is_being_deleted(*view.resource) || view.stateful_set == nullptr;
  const std::int64_t wanted =
      all ? 0 : base::number_at(*view.stateful_set, {"spec", "replicas"}, 1);
  for (const Object& pod : *listed) {
    const auto ordinal = ordinal_of(cluster::key_of(*pod).name, prefix);
    if (ordinal && is_pod_of_stateful_set(*pod) && (all || *ordinal < wanted)) {
      view.pods.push_back(pod);
    }
  }
  co_return Result<void>{};
}

}  // namespace

boost::asio::awaitable<Result<ComponentView>> gather_component(cluster::Cluster& cluster,
                                                               const Policy& policy,
                                                               Object resource,
                                                               base::TimePoint now) {
  ComponentView view;
  view.resource = std::move(resource);
  view.now = now;
  const Key key = cluster::key_of(*view.resource);
  view.kind = api::kind_of(key.kind).value_or(api::Kind::function);
  const std::string workload = render::workload_name(view.kind, key.name);
  struct Part {
    Key key;
    Object* object;
  };
  std::vector<Part> parts{
      {{"StatefulSet", key.namespace_, workload}, &view.stateful_set},
      {{"Service", key.namespace_, render::service_name(view.kind, key.name)}, &view.service},
      {{"HorizontalPodAutoscaler", key.namespace_, workload}, &view.autoscaler},
      {{"VerticalPodAutoscaler", key.namespace_, workload}, &view.vertical_autoscaler},
      {{"Job", key.namespace_, render::cleanup_job_name(view.kind, key.name)}, &view.cleanup_job},
  };
  const render::Settings& settings = policy.render;
  if (!settings.global_backend_config.empty()) {
    parts.push_back({{"BackendConfig", settings.global_backend_config_namespace,
                      settings.global_backend_config},
                     &view.global_backend});
  }
  if (!settings.namespaced_backend_config.empty()) {
    parts.push_back({{"BackendConfig", key.namespace_, settings.namespaced_backend_config},
                     &view.namespaced_backend});
  }
  for (const Part& part : parts) {
    const Result<Object> found = co_await find(cluster, part.key);
    if (found) {
      *part.object = *found;
    } else if (found.error().code == Error::Code::forbidden) {
      view.unreadable.emplace(part.key.kind, found.error());
    } else {
      co_return std::unexpected(found.error());
    }
  }
  if (const Result<void> pods = co_await gather_pods(cluster, view); !pods) {
    co_return std::unexpected(pods.error());
  }
  co_return view;
}

boost::asio::awaitable<Result<MeshView>> gather_mesh(cluster::Cluster& cluster, Object mesh,
                                                     base::TimePoint now) {
  MeshView view;
  view.mesh = std::move(mesh);
  view.now = now;
  const std::string in = cluster::key_of(*view.mesh).namespace_;
  for (const std::string_view kind : {"Function", "Source", "Sink"}) {
    const auto children = co_await cluster.list(
        {.kind = std::string{kind}, .namespace_ = in, .owner = uid_of(*view.mesh)});
    if (!children && children.error().code == Error::Code::forbidden) {
      view.unreadable.emplace(kind, children.error());
      continue;
    }
    if (!children) {
      co_return std::unexpected(children.error());
    }
    for (const Object& child : *children) {
      view.components.emplace(cluster::key_of(*child), child);
    }
  }
  for (const Key& key : child_keys(*view.mesh)) {
    if (view.components.contains(key) || view.unreadable.contains(key.kind)) {
      continue;
    }
    const Result<Object> other = co_await find(cluster, key);
    if (!other) {
      co_return std::unexpected(other.error());
    }
    if (*other != nullptr) {
      view.components.emplace(key, *other);
    }
  }
  co_return view;
}

}  // namespace functionmesh::reconcile
