#pragma once

#include <chrono>
#include <map>
#include <vector>

#include "base/clock.hpp"
#include "reconcile/write.hpp"
#include "render/render.hpp"

namespace functionmesh::reconcile {

using cluster::Object;

/// All that decides about one Function, Source or Sink, read at one time. Absent objects are null.
struct ComponentView {
  api::Kind kind = api::Kind::function;
  Object resource;
  Object stateful_set;
  Object service;
  Object autoscaler;
  Object vertical_autoscaler;
  Object cleanup_job;
  std::vector<Object> pods;  ///< of the StatefulSet
  Object global_backend;
  Object namespaced_backend;
  std::map<std::string, base::Error> unreadable;  ///< kind -> why we may not read it
  std::string cleanup_impossible;                 ///< why the clean-up Job can never be made
  bool without_vertical_autoscaler = false;       ///< the cluster does not have that API
  base::TimePoint now;
};

/// How the operator treats every component.
struct Policy {
  render::Settings render;
  bool pause_rollout = false;  ///< as the annotation of that name on every resource
};

/// What is to be done about a component, in this order.
struct ComponentPlan {
  std::vector<Write> changes;
  std::vector<Note> notes;           ///< said whether or not there are changes
  std::string problem;               ///< why nothing can be done for the resource as it stands
  std::vector<base::Error> refused;  ///< what should be looked after and may not be read
  std::string pending_change;        ///< what differs and waits
  std::string progress;              ///< during deletion: what is waited for
  bool paused = false;
  bool wants_autoscaler = false;
  bool wants_vertical_autoscaler = false;
  std::optional<std::chrono::milliseconds> again;  ///< look again then, whatever happens
};

/// How long a deletion waits for pods to stop and for subscriptions to be cleaned up.
inline constexpr std::chrono::minutes kCleanupDeadline{5};

/// Pure. Precondition: view.resource is there and managed.
ComponentPlan plan_component(const ComponentView& view, const Policy& policy);

/// False when the annotation compute.functionmesh.io/managed says "false".
bool is_managed(const Json& resource);

}  // namespace functionmesh::reconcile
