#pragma once

#include "plan/plan.hpp"

namespace functionmesh::plan {

/// Adds to `outcome` what the operator would do about a Function, Source or Sink. Pure.
void add_component(Outcome& outcome, const reconcile::ComponentView& view,
                   const reconcile::ComponentPlan& plan);

/// The same for one that goes away: its objects and instances go with it.
void add_removal(Outcome& outcome, const reconcile::ComponentView& view);

}  // namespace functionmesh::plan
