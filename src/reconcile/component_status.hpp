#pragma once

#include "reconcile/component_plan.hpp"
#include "reconcile/instances.hpp"

namespace functionmesh::reconcile {

/// The status of a component. Pure.
///
/// `view` is how things are after the plan was carried out, `failure` why it was not to its end.
/// The same view gives the same status: times are taken over from the status there is.
Json component_status(const ComponentView& view, const ComponentPlan& plan,
                      const std::optional<base::Error>& failure);

/// What a user is told because the status became `now`; `before` is nullptr for the first one.
std::vector<Note> notes_about(const Json* before, const Json& now, const Instances& instances);

}  // namespace functionmesh::reconcile
