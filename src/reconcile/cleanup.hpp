#pragma once

#include "reconcile/component_plan.hpp"

namespace functionmesh::reconcile {

/// The steps of a deletion that has to clean subscriptions: stop the instances, wait until they are
/// gone, run the cleanup Job, wait for its end, let the resource go. Whatever goes wrong, it is let
/// go when kCleanupDeadline is over, with a Warning.
void plan_deletion(const ComponentView& view, const Policy& policy, ComponentPlan& plan);

/// A clean-up Job that ours or the reference operator made for a resource of this name.
bool is_cleanup_job_of(const Json& job, const Json& resource);

}  // namespace functionmesh::reconcile
