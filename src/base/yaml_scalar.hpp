#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/json.hpp"

/// What a plain (unquoted) YAML scalar stands for.
namespace functionmesh::base {

/// The value of `text` by the YAML 1.2 core schema: null, true, false, a number (decimal, 0o17,
/// 0x1f, float) or else the text itself. Whole numbers beyond 64 bits become floating point. The
/// error is for .inf, .nan and what is too large for JSON.
std::expected<Json, std::string> plain_scalar(std::string_view text);

/// True when some YAML reader, of version 1.1 too, could take the plain `text` for something else
/// than a string: yes, 012, 1:30, 2001-01-01, ~.
bool looks_like_other_type(std::string_view text);

}  // namespace functionmesh::base
