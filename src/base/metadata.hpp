#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace functionmesh::base {

/// Small questions about the metadata of a Kubernetes object. What is missing or of a wrong type
/// is empty, 0 or false. A view lives as long as the object.

std::string_view annotation(const Json& object, std::string_view name);
std::int64_t generation_of(const Json& object);
std::string uid_of(const Json& object);

/// Whether the object with this uid is among its owners.
bool is_owned_by(const Json& object, std::string_view uid);

/// Whether its deletion began; finalizers may keep it for a while.
bool is_being_deleted(const Json& object);

}  // namespace functionmesh::base
