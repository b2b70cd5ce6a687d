#include "reconcile/cleanup.hpp"

#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"
#include "reconcile/owned.hpp"
#include "reconcile/problems.hpp"

namespace functionmesh::reconcile {
namespace {

void release(const ComponentView& view, Note note, ComponentPlan& plan) {
  const Json& resource = *view.resource;
  plan.notes.push_back(std::move(note));
  plan.changes.push_back({.how = Write::How::patch,
                          .key = cluster::key_of(resource),
                          .body = finalizer_patch(resource, kCleanupFinalizer, false),
                          .uid = {},
                          .note = std::nullopt});
}

struct JobEnd {
  bool complete = false;
  bool failed = false;
  std::string message;
};

JobEnd end_of(const Json& job) {
  JobEnd end;
  const Json* conditions = base::find(job, {"status", "conditions"});
  if (conditions == nullptr || !conditions->is_array()) {
    return end;
  }
  for (const Json& condition : conditions->get_array()) {
    if (base::text_at(condition, {"status"}) != "True") {
      continue;
    }
    const std::string_view type = base::text_at(condition, {"type"});
    end.complete = end.complete || type == "Complete";
    end.failed = end.failed || type == "Failed";
    if (type == "Failed") {
      end.message = base::text_at(condition, {"message"});
    }
  }
  return end;
}

/// What is left of the time that a deletion may take.
std::chrono::milliseconds time_left(const ComponentView& view) {
  const auto began = time_of(base::text_at(*view.resource, {"metadata", "deletionTimestamp"}));
  return began ? *began + kCleanupDeadline - view.now : std::chrono::milliseconds{0};
}

bool is_our_job(const Json& job, const Json& resource) {
  return is_owned_by(job, uid_of(resource)) && !annotation(job, kAppliedHash).empty();
}

void run_job(const ComponentView& view, const Json& job, ComponentPlan& plan) {
  const Json wanted = stamped(job);
  const std::string name = cluster::to_string(cluster::key_of(wanted));
  plan.progress = "cleaning up subscriptions";
  if (view.cleanup_job == nullptr) {
    plan.changes.push_back({.how = Write::How::apply,
                            .key = cluster::key_of(wanted),
                            .body = wanted,
                            .uid = {},
                            .note = normal("CleanupStarted", name + " removes the subscriptions")});
    return;
  }
  if (is_our_job(*view.cleanup_job, *view.resource)) {
    return;
  }
  // Parked there by another operator, or left by a resource of the same name: ours follows it.
  plan.again = std::chrono::seconds{1};
  if (is_being_deleted(*view.cleanup_job)) {
    return;
  }
  if (is_cleanup_job_of(*view.cleanup_job, *view.resource)) {
    plan.changes.push_back(removal(*view.cleanup_job, std::nullopt));
  } else {
    plan.progress = "waiting for " + name + ", which is somebody else's, to go";
  }
}

}  // namespace

bool is_cleanup_job_of(const Json& job, const Json& resource) {
  // Ours has an owner; the reference's has none, but the owner's uid as a label.
  return is_owned_by(job, uid_of(resource)) ||
         (controller_of(job) == nullptr &&
          !base::text_at(job, {"metadata", "labels", "owner"}).empty());
}

void plan_deletion(const ComponentView& view, const Policy& policy, ComponentPlan& plan) {
  const Json& resource = *view.resource;
  plan.progress = "being deleted";
  if (!has_finalizer(resource, kCleanupFinalizer)) {
    return;
  }
  if (!is_managed(resource)) {
    release(view, normal("CleanupSkipped", "the resource is not managed"), plan);
    return;
  }
  const auto component = read_component(resource);
  const auto backends = read_backends(view.global_backend.get(), view.namespaced_backend.get());
  if (!component || !backends) {
    release(view,
            warning("CleanupSkipped", "subscriptions are left as they are: " +
                                          (component ? backends.error() : component.error())),
            plan);
    return;
  }
  const std::optional<Json> job =
      render::needs_cleanup(*component)
          ? render::render(*component, policy.render, backends->applied()).cleanup_job
          : std::nullopt;
  if (!job) {
    release(view, normal("CleanupSkipped", "nothing is to be cleaned up any more"), plan);
    return;
  }
  if (!view.cleanup_impossible.empty()) {
    release(view, warning("CleanupFailed", "subscriptions may be left: " + view.cleanup_impossible),
            plan);
    return;
  }
  if (view.cleanup_job != nullptr && is_our_job(*view.cleanup_job, resource)) {
    const JobEnd end = end_of(*view.cleanup_job);
    if (end.complete) {
      release(view, normal("CleanupDone", "the subscriptions are removed"), plan);
      return;
    }
    if (end.failed) {
      release(view,
              warning("CleanupFailed", "subscriptions may be left: " +
                                           (end.message.empty() ? "the Job failed" : end.message)),
              plan);
      return;
    }
  }
  const std::chrono::milliseconds left = time_left(view);
  if (left.count() <= 0) {
    release(view,
            warning("CleanupFailed", "subscriptions may be left: it was not done in " +
                                         std::to_string(kCleanupDeadline.count()) + " minutes"),
            plan);
    return;
  }
  plan.again = left;
  for (const std::string kind : {"StatefulSet", "Pod", "Job"}) {
    if (const auto at = view.unreadable.find(kind); at != view.unreadable.end()) {
      plan.refused.push_back(at->second);
    }
  }
  if (!plan.refused.empty()) {
    plan.progress = "waiting until it can be seen what is left";
    return;
  }
  if (view.stateful_set != nullptr && !is_being_deleted(*view.stateful_set)) {
    plan.progress = "stopping instances";
    plan.changes.push_back(removal(*view.stateful_set, std::nullopt));
    return;
  }
  if (view.stateful_set != nullptr || !view.pods.empty()) {
    plan.progress = "waiting for " + std::to_string(view.pods.size()) + " instances to stop";
    return;
  }
  run_job(view, *job, plan);
}

}  // namespace functionmesh::reconcile
