#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"

/// Small questions about an object's metadata.
namespace functionmesh::reconcile {

using base::Json;

std::string_view annotation(const Json& object, std::string_view name);
std::int64_t generation_of(const Json& object);
std::string uid_of(const Json& object);
bool is_being_deleted(const Json& object);
bool has_finalizer(const Json& object, std::string_view finalizer);

/// The merge patch that adds or removes a finalizer of this very version of the object.
Json finalizer_patch(const Json& object, std::string_view finalizer, bool present);

/// Reads what Kubernetes writes: "2026-01-31T12:00:00Z".
std::optional<base::TimePoint> time_of(std::string_view rfc3339);

}  // namespace functionmesh::reconcile
