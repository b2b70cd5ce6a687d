#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/metadata.hpp"

namespace functionmesh::reconcile {

using base::Json;

using base::annotation;
using base::generation_of;
using base::is_being_deleted;
using base::uid_of;

bool has_finalizer(const Json& object, std::string_view finalizer);

/// The merge patch that adds or removes a finalizer of this very version of the object.
Json finalizer_patch(const Json& object, std::string_view finalizer, bool present);

/// Reads what Kubernetes writes: "2026-01-31T12:00:00Z".
std::optional<base::TimePoint> time_of(std::string_view rfc3339);

}  // namespace functionmesh::reconcile
