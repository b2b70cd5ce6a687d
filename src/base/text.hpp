#pragma once

#include <span>
#include <string>
#include <string_view>

namespace functionmesh::base {

/// The known word that `word` is most likely a slip of, regardless of case; empty when none is near
/// (more than a third of its characters differ).
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace functionmesh::base
