#pragma once

#include <span>
#include <string>
#include <string_view>

namespace functionmesh::base {

/// `text` with the letters A to Z in lower case and all else as it is.
std::string lower(std::string_view text);

/// The known word that `word` is most likely a slip of, regardless of case; empty when none is near
/// (more than a third of its characters differ).
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace functionmesh::base
