#pragma once

#include "base/error.hpp"
#include "operator/options.hpp"
#include "reconcile/manager.hpp"

namespace functionmesh::process {

struct ReadPolicy {
  reconcile::Policy policy;
  std::vector<std::string> warnings;
};

/// What flags and config file say about the controllers' work. The error names file and key.
base::Result<ReadPolicy> read_policy(const Options& options);

}  // namespace functionmesh::process
