#pragma once

#include <string_view>

#include "base/json.hpp"

namespace functionmesh::reconcile {

/// What the script that starts an instance does, apart from how it is written: an object with its
/// steps (download, exec, ...) by name and their order. Each step has its words and its --options.
///
/// Quoting, blanks and the order of options do not count, nor do steps that only talk. JSON is
/// compared member by member (each is a fingerprint here), a logging configuration by level, format
/// and rotation. Two scripts that do the same for an instance give equal objects; that two equal
/// objects come from scripts that do the same holds for those of the reference operator and ours.
base::Json meaning_of_script(std::string_view script);

}  // namespace functionmesh::reconcile
