#pragma once

#include <string_view>

#include "base/json.hpp"
#include "cluster/kubernetes/client.hpp"

namespace functionmesh::kubernetes {

/// What went wrong, from the Status object that an API server answers with: `what` ("apply
/// StatefulSet/default/a") failed. Never quotes more than the server's own message.
base::Error error_of(std::string_view what, const Response& response);

/// The object in a 2xx answer, else the error.
Result<base::Json> object_of(std::string_view what, const Response& response);

}  // namespace functionmesh::kubernetes
