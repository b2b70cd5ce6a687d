#pragma once

#include <span>
#include <string>
#include <string_view>

namespace functionmesh::api {

/// The name among `known` that `given` was most likely meant to be, or an empty text when none is
/// close. Case does not count.
std::string_view nearest(std::string_view given, std::span<const std::string_view> known);

}  // namespace functionmesh::api
