#pragma once

#include <span>
#include <string>

#include "api/types.hpp"

namespace functionmesh::api {

/// The CustomResourceDefinition of one of our kinds, made of the tables in fields.hpp.
Json custom_resource_definition(Kind kind);

/// All five, in the order they are installed in.
inline constexpr Kind kKindsWithDefinition[]{Kind::function, Kind::source, Kind::sink,
                                             Kind::function_mesh, Kind::backend_config};

/// Definitions as the text of a YAML file: what deploy/crds keeps.
std::string custom_resource_definitions(std::span<const Kind> kinds);

}  // namespace functionmesh::api
