#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

/// Phrases that messages about JSON have in common.
namespace functionmesh::api {

/// "expected a list of strings, got a number", with what to do about it where that is known.
std::string mismatch(std::string_view expected, const base::Json& given);

/// What `mismatch` calls a string.
inline constexpr std::string_view kAString = "a string";

/// "\"exactly\" is not one of atleast_once, atmost_once".
std::string not_one_of(std::string_view given, std::span<const std::string_view> known);

}  // namespace functionmesh::api
