#include "reconcile/component_controller.hpp"

#include <algorithm>
#include <charconv>

#include "reconcile/carry_out.hpp"
#include "reconcile/component_status.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::reconcile {
namespace {

using base::Error;

/// The number of an instance; none for pods of other workloads (a Job's name begins alike).
std::optional<std::int64_t> ordinal_of(std::string_view pod, std::string_view prefix) {
  const std::string_view digits = pod.substr(prefix.size());
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

/// Puts what a change gave in the place of what was there before it.
void take_over(const Write& change, const Object& result, ComponentView& view) {
  if (change.key == cluster::key_of(*view.resource)) {
    if (result != nullptr) {
      view.resource = result;
    }
    return;
  }
  if (change.key.kind == "StatefulSet") {
    view.stateful_set = result;
  } else if (change.key.kind == "Service") {
    view.service = result;
  } else if (change.key.kind == "HorizontalPodAutoscaler") {
    view.autoscaler = result;
  } else if (change.key.kind == "VerticalPodAutoscaler") {
    view.vertical_autoscaler = result;
  } else if (change.key.kind == "Job") {
    view.cleanup_job = result;
  }
}

}  // namespace

boost::asio::awaitable<Result<Again>> ComponentController::reconcile(Key key) {
  const Result<Object> resource = co_await find(cluster_, key);
  if (!resource) {
    co_return std::unexpected(resource.error());
  }
  const bool ours_to_do =
      *resource != nullptr &&
      (is_managed(**resource) ||
       (is_being_deleted(**resource) && has_finalizer(**resource, kCleanupFinalizer)));
  if (!ours_to_do) {
    co_return Again{};
  }
  Result<ComponentView> view = co_await gather(*resource);
  if (!view) {
    co_return std::unexpected(view.error());
  }
  const ComponentPlan plan = plan_component(*view, policy_);
  for (const Note& note : plan.notes) {
    tell(cluster_, key, note);
  }
  const std::optional<Error> failure = co_await carry_out_all(plan, *view);
  if (failure && passes(*failure)) {
    co_return std::unexpected(*failure);
  }
  const Result<void> written = co_await write_status(plan, *view, failure);
  if (failure) {
    co_return std::unexpected(*failure);
  }
  if (!written) {
    co_return std::unexpected(written.error());
  }
  co_return plan.again;
}

boost::asio::awaitable<Result<ComponentView>> ComponentController::gather(Object resource) {
  ComponentView view;
  view.resource = std::move(resource);
  view.now = clock_.now();
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
  const render::Settings& settings = policy_.render;
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
    const Result<Object> found = co_await find(cluster_, part.key);
    if (!found) {
      co_return std::unexpected(found.error());
    }
    *part.object = *found;
  }
  if (const Result<void> pods = co_await gather_pods(view); !pods) {
    co_return std::unexpected(pods.error());
  }
  co_return view;
}

/// The instances; while they run, those that are wanted: of one that is about to go there is
/// nothing to say.
boost::asio::awaitable<Result<void>> ComponentController::gather_pods(ComponentView& view) {
  const Key key = cluster::key_of(*view.resource);
  api::Metadata metadata;
  metadata.name = key.name;
  metadata.namespace_ = key.namespace_;
  const std::string prefix = render::workload_name(view.kind, key.name) + "-";
  const auto listed =
      co_await cluster_.list({.kind = "Pod",
                              .namespace_ = key.namespace_,
                              .labels = render::selector_labels(view.kind, metadata),
                              .name_prefix = prefix});
  if (!listed) {
    co_return std::unexpected(listed.error());
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

boost::asio::awaitable<std::optional<Error>> ComponentController::carry_out_all(
    const ComponentPlan& plan, ComponentView& view) {
  const Key about = cluster::key_of(*view.resource);
  for (const Write& change : plan.changes) {
    const Result<Object> result = co_await carry_out(cluster_, change);
    if (!result) {
      co_return result.error();
    }
    if (change.note) {
      tell(cluster_, about, *change.note);
    }
    take_over(change, *result, view);
  }
  co_return std::nullopt;
}

boost::asio::awaitable<Result<void>> ComponentController::write_status(
    const ComponentPlan& plan, const ComponentView& view, const std::optional<Error>& failure) {
  const Json* before = base::find(*view.resource, {"status"});
  const Json status = component_status(view, plan, failure);
  if (before != nullptr && base::equal(*before, status)) {
    co_return Result<void>{};
  }
  const Key key = cluster::key_of(*view.resource);
  const std::string version{base::text_at(*view.resource, {"metadata", "resourceVersion"})};
  const Result<Object> written = co_await cluster_.write_status(key, status, version);
  if (!written) {
    // Gone by its last finalizer: there is no status to write any more.
    if (written.error().code == Error::Code::not_found) {
      co_return Result<void>{};
    }
    co_return std::unexpected(written.error());
  }
  for (const Note& note : notes_about(before, status, inspect(view.pods))) {
    tell(cluster_, key, note);
  }
  co_return Result<void>{};
}

}  // namespace functionmesh::reconcile
