#pragma once

#include <vector>

#include "cluster/kubernetes/kubernetes_cluster.hpp"

namespace functionmesh::process {

/// The kinds that the controllers read, and what of them is kept in memory: our resources, what
/// belongs to them or stands where it would, and of pods only how they are.
std::vector<kubernetes::Watched> watched_kinds();

}  // namespace functionmesh::process
