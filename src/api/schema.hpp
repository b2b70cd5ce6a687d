#pragma once

#include "api/fields.hpp"

namespace functionmesh::api {

/// The schema of the struct that `record` describes, as resources of these kinds have it and
/// CustomResourceDefinitions say it; with the rules of schema_rules.hpp for its place.
JsonObject schema_of(const Record& record, Kinds kinds, bool in_mesh = false);

}  // namespace functionmesh::api
