#pragma once

#include "api/types.hpp"

namespace functionmesh::api {

/// The schema of a kind's status: everything that controllers write has a place in it, else the API
/// server would drop it. Nothing is required, so that another program may write less.
JsonObject status_schema(Kind kind);

}  // namespace functionmesh::api
