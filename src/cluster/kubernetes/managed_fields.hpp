#pragma once

#include <optional>

#include "base/json.hpp"

namespace functionmesh::kubernetes {

/// Who we are to the API server.
inline constexpr std::string_view kFieldManager = "functionmesh";

/// metadata.managedFields after the fields of .spec that others set by plain writes were given to
/// us, as if we had applied them; nullopt when there are none. Entries of subresources (status,
/// scale) and of appliers stay as they are.
std::optional<base::Json> take_over_spec(const base::Json& object);

}  // namespace functionmesh::kubernetes
