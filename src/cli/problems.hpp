#pragma once

#include <vector>

#include "manifest/manifests.hpp"

namespace functionmesh::cli {

/// Says on stderr what is wrong with files and their objects, each with its place, and what is
/// noteworthy. True when nothing is wrong.
bool print_problems(const manifest::Manifests& manifests,
                    const std::vector<manifest::Checked>& all);

}  // namespace functionmesh::cli
