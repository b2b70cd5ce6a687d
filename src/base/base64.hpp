#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace functionmesh::base {

/// `bytes` in base64 (RFC 4648, with padding).
std::string encode_base64(std::string_view bytes);

/// The bytes that `text` stands for; blanks and line breaks in it do not count. nullopt when it is
/// no base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace functionmesh::base
