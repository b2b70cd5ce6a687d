#pragma once

#include "api/resource.hpp"

namespace functionmesh::admission {

/// What keeps `object` (a resource of one of the five kinds) from being stored, and what its author
/// should know. `previous` is the stored object of the same kind on an update, else nullptr:
/// what is wrong in it as well is a warning, so that it can be changed step by step.
api::Problems judge(const base::Json& object, const base::Json* previous);

}  // namespace functionmesh::admission
