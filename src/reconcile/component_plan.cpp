#include "reconcile/component_plan.hpp"

#include "reconcile/cleanup.hpp"
#include "reconcile/fingerprint.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"
#include "reconcile/owned.hpp"
#include "reconcile/problems.hpp"
#include "reconcile/stateful_set.hpp"

namespace functionmesh::reconcile {
namespace {

/// The spec without what scales only: what has to change for the pods to be replaced.
std::string spec_hash_of(const Json& resource, const api::ComponentSpec& spec) {
  const Json* raw = base::find(resource, {"spec"});
  if (raw == nullptr || !raw->is_object()) {
    return fingerprint(nullptr);
  }
  Json fixed = *raw;
  base::JsonObject& members = fixed.get_object();
  members.erase("minReplicas");
  members.erase("maxReplicas");
  if (!spec.show_precise_parallelism) {
    members.erase("replicas");
  }
  return fingerprint(fixed);
}

/// Whether an object belonged to a resource of the same name that is gone: it is older than this
/// one. The garbage collector removes it, sooner or later; nothing can be made in its place before.
bool is_left_over(const Json& child, const Json& resource) {
  const auto made = [](const Json& object) {
    return base::text_at(object, {"metadata", "creationTimestamp"});
  };
  const Key key = cluster::key_of(resource);
  return !made(child).empty() && made(child) < made(resource) &&
         is_controlled_by(child, key.kind, key.name);
}

/// Whether what has the name of a child is somebody else's, and what to do about it then.
bool is_in_the_way(const Object& child, const Json& resource, ComponentPlan& plan) {
  if (child == nullptr) {
    return false;
  }
  const std::string foreign = foreign_owner(*child, uid_of(resource));
  if (foreign.empty()) {
    return false;
  }
  if (!is_left_over(*child, resource)) {
    plan.problem = foreign;
  } else if (!is_being_deleted(*child)) {
    plan.changes.push_back(removal(
        *child, normal("Removed", cluster::to_string(cluster::key_of(*child)) +
                                      ": it is left over from an earlier resource of this name")));
  }
  return true;
}

/// True when the operator that wrote the status has not seen the spec as it is now. A change that
/// only scales is none; what an autoscaler does counts as a change of the spec as well.
bool is_changed_unseen(const ComponentView& view, const api::ComponentSpec& spec,
                       std::int64_t observed) {
  const std::int64_t unseen = generation_of(*view.resource) - observed;
  if (observed <= 0 || unseen <= 0 || view.stateful_set == nullptr) {
    return false;
  }
  const std::int64_t there = base::number_at(*view.stateful_set, {"spec", "replicas"}, 1);
  const bool scaled = there != spec.replicas.value_or(1);
  return !(scaled && (unseen == 1 || spec.max_replicas));
}

void follow_stateful_set(const ComponentView& view, const api::Component& component,
                         const Json& desired, ComponentPlan& plan) {
  const Json& resource = *view.resource;
  const std::int64_t observed = base::number_at(resource, {"status", "observedGeneration"}, -1);
  const StatefulSetWish wish{
      .desired = desired,
      .generation = generation_of(resource),
      .new_generation = observed != generation_of(resource),
      .changed_while_away = is_changed_unseen(view, component.spec, observed),
      .paused = plan.paused,
      .spec_hash = spec_hash_of(resource, component.spec),
      .backend_configs = backend_stamp(view.global_backend.get(), view.namespaced_backend.get()),
      .rollout = std::string{annotation(resource, kRollout)},
  };
  StatefulSetDecision decision = decide_stateful_set(wish, view.stateful_set.get());
  plan.pending_change = std::move(decision.pending);
  if (!decision.change) {
    return;
  }
  if (view.stateful_set == nullptr && !wish.new_generation) {
    decision.change->note = normal("Healed", cluster::to_string(decision.change->key) +
                                                 " was deleted by somebody else and is made again");
  }
  plan.changes.push_back(std::move(*decision.change));
}

/// Another operator's of that name, for this very resource, though it bears no owner.
bool is_left_for(const Json& autoscaler, const Json& resource) {
  const Key key = cluster::key_of(resource);
  const auto label = [&](std::string_view name) {
    return base::text_at(autoscaler, {"metadata", "labels", name});
  };
  const Json* target = base::find(autoscaler, {"spec", "scaleTargetRef"});
  if (target == nullptr) {
    target = base::find(autoscaler, {"spec", "targetRef"});
  }
  return controller_of(autoscaler) == nullptr &&
         label("compute.functionmesh.io/name") == key.name &&
         !label("compute.functionmesh.io/component").empty() && target != nullptr &&
         base::text_at(*target, {"kind"}) == key.kind &&
         base::text_at(*target, {"name"}) == key.name;
}

/// One of the two autoscalers: there when it is wanted, gone by its own name when it is not.
void follow_autoscaler(const ComponentView& view, const std::optional<Json>& desired,
                       std::string_view kind, const Object& live, ComponentPlan& plan) {
  const auto unreadable = view.unreadable.find(std::string{kind});
  if (unreadable != view.unreadable.end()) {
    if (desired) {
      plan.refused.push_back(unreadable->second);
    }
    return;
  }
  if (desired) {
    const std::string name = cluster::to_string(cluster::key_of(*desired));
    Note note = live == nullptr ? normal("Created", name)
                : annotation(*live, kAppliedHash).empty()
                    ? normal("Adopted", name + " is managed from now on")
                    : normal("Updated", name + " follows the resource again");
    if (auto change = follow(*desired, live.get(), std::move(note))) {
      plan.changes.push_back(std::move(*change));
    }
  } else if (live != nullptr && !is_being_deleted(*live) &&
             (is_owned_by(*live, uid_of(*view.resource)) || is_left_for(*live, *view.resource))) {
    plan.changes.push_back(removal(
        *live, normal("Removed",
                      cluster::to_string(cluster::key_of(*live)) + ": it is no longer asked for")));
  }
}

void follow_finalizer(const ComponentView& view, bool wanted, ComponentPlan& plan) {
  const Json& resource = *view.resource;
  if (wanted != has_finalizer(resource, kCleanupFinalizer)) {
    plan.changes.push_back({.how = Write::How::patch,
                            .key = cluster::key_of(resource),
                            .body = finalizer_patch(resource, kCleanupFinalizer, wanted),
                            .uid = {},
                            .note = std::nullopt});
  }
}

/// The autoscaler reads and writes the number of instances by the scale subresource, which answers
/// with an error as long as the resource does not say the number itself.
void say_replicas(const Json& resource, const Json& stateful_set, ComponentPlan& plan) {
  const Json* said = base::find(resource, {"spec", "replicas"});
  const Json* wanted = base::find(stateful_set, {"spec", "replicas"});
  if ((said != nullptr && !said->is_null()) || wanted == nullptr) {
    return;
  }
  plan.changes.push_back(
      {.how = Write::How::patch,
       .key = cluster::key_of(resource),
       .body = base::JsonObject{{"spec", base::JsonObject{{"replicas", *wanted}}}},
       .uid = {},
       .note = std::nullopt});
}

void plan_update(const ComponentView& view, const Policy& policy, ComponentPlan& plan) {
  const auto component = read_component(*view.resource);
  for (const std::string kind : {"StatefulSet", "BackendConfig"}) {
    if (const auto at = view.unreadable.find(kind); at != view.unreadable.end()) {
      plan.refused.push_back(at->second);  // nothing is right without knowing these
      return;
    }
  }
  const auto backends = read_backends(view.global_backend.get(), view.namespaced_backend.get());
  if (!component || !backends) {
    plan.problem = component ? backends.error() : component.error();
    return;
  }
  const bool set_in_the_way = is_in_the_way(view.stateful_set, *view.resource, plan);
  const bool service_in_the_way = is_in_the_way(view.service, *view.resource, plan);
  if (set_in_the_way || service_in_the_way) {
    return;
  }
  plan.paused = policy.pause_rollout || annotation(*view.resource, kPauseRollout) == "true";
  const render::Objects objects = render::render(*component, policy.render, backends->applied());
  plan.wants_autoscaler = objects.autoscaler.has_value();
  plan.wants_vertical_autoscaler = objects.vertical_autoscaler.has_value();

  follow_finalizer(view, render::needs_cleanup(*component), plan);
  if (plan.wants_autoscaler) {
    say_replicas(*view.resource, objects.stateful_set, plan);
  }
  follow_stateful_set(view, *component, objects.stateful_set, plan);
  if (const auto at = view.unreadable.find("Service"); at != view.unreadable.end()) {
    plan.refused.push_back(at->second);
  } else if (auto change = follow(objects.service, view.service.get(), std::nullopt)) {
    plan.changes.push_back(std::move(*change));
  }
  follow_autoscaler(view, objects.autoscaler, "HorizontalPodAutoscaler", view.autoscaler, plan);
  follow_autoscaler(view, objects.vertical_autoscaler, "VerticalPodAutoscaler",
                    view.vertical_autoscaler, plan);
  if (view.cleanup_job != nullptr && !is_being_deleted(*view.cleanup_job) &&
      is_cleanup_job_of(*view.cleanup_job, *view.resource)) {
    // It belongs to a deletion; one that is there earlier is parked there by another operator.
    plan.changes.push_back(removal(*view.cleanup_job, std::nullopt));
  }
}

}  // namespace

ComponentPlan plan_component(const ComponentView& view, const Policy& policy) {
  try {
    ComponentPlan plan;
    if (is_being_deleted(*view.resource)) {
      plan_deletion(view, policy, plan);
    } else {
      plan_update(view, policy, plan);
    }
    return plan;
  } catch (const std::exception& bug) {
    // It is told on this resource; the others go on.
    ComponentPlan nothing;
    nothing.problem = "the operator trips over a bug of its own here: " + std::string{bug.what()};
    return nothing;
  }
}

bool is_managed(const Json& resource) {
  return annotation(resource, kManaged) != "false";
}

}  // namespace functionmesh::reconcile
