#pragma once

#include <map>
#include <set>
#include <string>

#include "cluster/cluster.hpp"

namespace functionmesh::plan {

/// What of a ConfigMap or Secret pods need.
struct Need {
  std::set<std::string> keys;  ///< empty: the object itself
  bool optional = true;        ///< pods start without it
};

using Needs = std::map<cluster::Key, Need>;

/// What the pods of this StatefulSet need. Pure.
Needs needs_of(const base::Json& stateful_set);

}  // namespace functionmesh::plan
