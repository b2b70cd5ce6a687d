#pragma once

#include <cstdint>
#include <string_view>

#include "api/types.hpp"

/// What the rules of validation have to know of the defaults.
namespace functionmesh::api {

inline constexpr std::int64_t kDefaultMaxLagMs = 0;
inline constexpr std::int64_t kDefaultWatermarkEmitIntervalMs = 1000;

/// A count window that says nothing of sliding gets a lag and a watermark interval, which are not
/// judged as if a user had written them.
bool may_have_default_lag(const WindowConfig& window);

/// The defaults of one component; `name` is the one to take when the spec has none.
void set_defaults(Kind kind, std::string_view name, ComponentSpec& spec);

}  // namespace functionmesh::api
