#pragma once

#include <string_view>

#include "base/json.hpp"

namespace functionmesh::api {

/// The schema of a Kubernetes API type ("Container") in full: structure, required members, allowed
/// values, how lists merge; no descriptions. What kubernetes_schema.txt says, as
/// CustomResourceDefinitions have it.
///
/// Precondition: the text has the type.
base::JsonObject kubernetes_schema(std::string_view type);

/// A quantity (500m, 2Gi) as CustomResourceDefinitions describe it.
base::JsonObject quantity_schema();

}  // namespace functionmesh::api
