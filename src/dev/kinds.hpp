#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace functionmesh::dev {

/// The kind that a user means by "fn", "functions", "Function", "po", ...: "Function", "Pod".
/// `invalid` lists what there is.
base::Result<std::string> kind_meant(std::string_view word);

/// The kinds that `get` lists when no kind is given: what a user wrote.
std::span<const std::string_view> resource_kinds();

}  // namespace functionmesh::dev
