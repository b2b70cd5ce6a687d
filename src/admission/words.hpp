#pragma once

#include <string_view>
#include <vector>

#include "api/resource.hpp"

namespace functionmesh::admission {

/// Why an object is refused, as a Status of Kubernetes: kubectl prints one line for each error.
base::JsonObject refusal(api::Kind kind, std::string_view name,
                         const std::vector<api::Problem>& errors);

/// Why a request cannot be judged at all, as such a Status.
base::JsonObject bad_request(std::string_view why);

/// Warnings as clients can be sent them: of printable text, at most 256 bytes each, 4,096 together;
/// the last one says how many there was no room for.
base::JsonArray warning_texts(const std::vector<api::Problem>& warnings);

}  // namespace functionmesh::admission
