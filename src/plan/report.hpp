#pragma once

#include "plan/plan.hpp"
#include "view/grid.hpp"

/// A plan as people and programs read it. Pure.
namespace functionmesh::plan {

/// With a `width` above 0 no line is wider.
std::string text_of(const Plan& plan, int width, bool colour);

/// {"changes": bool, "problems": bool, "resources": [...], "checks": [...]}
Json json_of(const Plan& plan);

}  // namespace functionmesh::plan
