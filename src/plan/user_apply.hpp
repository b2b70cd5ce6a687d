#pragma once

#include "base/json.hpp"

namespace functionmesh::plan {

/// What the API server stores when a user applies `wanted` over `live` (as the server has it, with
/// its managedFields) with kubectl. Pure.
///
/// Fields that the user's last apply had and this one has not are dropped; what others set stays,
/// and so do defaults. Lists count as a whole. The generation counts changes of the spec.
base::Json applied_by_user(const base::Json& live, base::Json wanted);

}  // namespace functionmesh::plan
