#pragma once

#include <optional>
#include <string>

#include "render/render.hpp"

namespace functionmesh::cli {

/// The operator's settings as a file gives them (empty: the defaults); nothing after having said on
/// stderr what is wrong with it.
std::optional<render::Settings> read_operator_settings(const std::string& file);

}  // namespace functionmesh::cli
