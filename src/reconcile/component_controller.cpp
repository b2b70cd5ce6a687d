#include "reconcile/component_controller.hpp"

#include "reconcile/carry_out.hpp"
#include "reconcile/component_status.hpp"
#include "reconcile/gather.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::reconcile {
namespace {

using base::Error;

/// How often to see whether vertical autoscalers can be made by now.
constexpr std::chrono::seconds kLookForApi{30};

/// Where the view has the object with this key; nullptr: nowhere.
Object* place_of(const Key& key, ComponentView& view) {
  if (key == cluster::key_of(*view.resource)) {
    return &view.resource;
  }
  if (key.kind == "StatefulSet") {
    return &view.stateful_set;
  }
  if (key.kind == "Service") {
    return &view.service;
  }
  if (key.kind == "HorizontalPodAutoscaler") {
    return &view.autoscaler;
  }
  if (key.kind == "VerticalPodAutoscaler") {
    return &view.vertical_autoscaler;
  }
  return key.kind == "Job" ? &view.cleanup_job : nullptr;
}

/// Puts what a change gave in the place of what was there before it.
void take_in(const Write& change, const Object& result, ComponentView& view) {
  Object* place = place_of(change.key, view);
  if (place != nullptr && (place != &view.resource || result != nullptr)) {
    *place = result;
  }
}

bool is_same_version(const Json& a, const Json& b) {
  return base::text_at(a, {"metadata", "resourceVersion"}) ==
         base::text_at(b, {"metadata", "resourceVersion"});
}

/// Vertical autoscalers are not part of Kubernetes: their API is there, or not, or not yet.
bool is_missing_api(const Write& change, const Error& error) {
  return change.how == Write::How::apply && change.key.kind == "VerticalPodAutoscaler" &&
         error.code == Error::Code::not_found;
}

/// A clean-up Job that will be refused however often it is tried: it cannot be made in a namespace
/// that is going away, or its pod is invalid.
bool is_hopeless(const Write& change, const Error& error) {
  return change.how == Write::How::apply && change.key.kind == "Job" &&
         (error.code == Error::Code::invalid ||
          error.message.find("being terminated") != std::string::npos);
}

Error joined(const std::optional<Error>& first, const Error& next) {
  return first ? Error{first->code, first->message + "; " + next.message} : next;
}

}  // namespace

boost::asio::awaitable<Result<Again>> ComponentController::reconcile(Key key,
                                                                     MayWait status_may_wait) {
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
  Result<ComponentView> view =
      co_await gather_component(cluster_, policy_, *resource, clock_.now());
  if (!view) {
    co_return std::unexpected(view.error());
  }
  ComponentPlan plan = plan_component(*view, policy_);
  std::optional<Error> failure = co_await carry_out_all(plan, *view);
  if (!view->cleanup_impossible.empty()) {
    plan = plan_component(*view, policy_);
    failure = co_await carry_out_all(plan, *view);
  }
  if (failure && passes(*failure)) {
    co_return std::unexpected(*failure);
  }
  for (const Error& refused : plan.refused) {
    failure = joined(failure, refused);
  }
  if (!failure && !plan.changes.empty() && status_may_wait()) {
    co_return Again{0};
  }
  const Result<void> written = co_await write_status(plan, *view, failure);
  if (failure) {
    co_return std::unexpected(*failure);
  }
  if (!written) {
    co_return std::unexpected(written.error());
  }
  if (!view->unreadable.empty()) {
    co_return std::unexpected(view->unreadable.begin()->second);  // it may be granted later
  }
  if (view->without_vertical_autoscaler) {
    co_return kLookForApi;
  }
  co_return plan.again ? plan.again : inspect(view->pods, view->now).look_again;
}

/// What is refused does not keep the rest from being done.
boost::asio::awaitable<std::optional<Error>> ComponentController::carry_out_all(
    const ComponentPlan& plan, ComponentView& view) {
  const Key about = cluster::key_of(*view.resource);
  for (const Note& note : plan.notes) {
    tell(cluster_, about, note);
  }
  std::optional<Error> refused;
  for (const Write& change : plan.changes) {
    const Result<Object> result = co_await carry_out(cluster_, change);
    if (!result && is_hopeless(change, result.error())) {
      view.cleanup_impossible = result.error().message;
      co_return std::nullopt;
    }
    if (!result && passes(result.error())) {
      co_return result.error();
    }
    if (!result && is_missing_api(change, result.error())) {
      view.without_vertical_autoscaler = true;
      continue;
    }
    if (!result) {
      refused = joined(refused, result.error());
      continue;
    }
    const Object* before = place_of(change.key, view);
    const bool changed = before == nullptr || *before == nullptr || *result == nullptr ||
                         !is_same_version(**before, **result);
    if (change.note && changed) {
      tell(cluster_, about, *change.note);
    }
    take_in(change, *result, view);
  }
  co_return refused;
}

boost::asio::awaitable<Result<void>> ComponentController::write_status(
    const ComponentPlan& plan, const ComponentView& view, const std::optional<Error>& failure) {
  const Json* before = base::find(*view.resource, {"status"});
  const Json status = component_status(view, plan, failure);
  const Result<bool> changed = co_await reconcile::write_status(cluster_, view.resource, status);
  if (!changed) {
    co_return std::unexpected(changed.error());
  }
  if (*changed) {
    for (const Note& note : notes_about(before, status, inspect(view.pods, view.now))) {
      tell(cluster_, cluster::key_of(*view.resource), note);
    }
  }
  co_return Result<void>{};
}

}  // namespace functionmesh::reconcile
