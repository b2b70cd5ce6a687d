#pragma once

#include "reconcile/difference.hpp"

namespace functionmesh::reconcile {

/// The paths at which two StatefulSets ask for something else, whoever wrote them: as
/// differing_paths(), but scripts of instances are compared by what they do (script_meaning.hpp:
/// "...containers[pulsar-function].command.exec.--cluster_name"), what is there twice counts once,
/// and what only `live` has counts where an operator may have put it.
///
/// Empty: the pods of `live` are what `desired` would give, there is no reason to restart them.
std::vector<std::string> differences_in_meaning(const Json& live, const Json& desired);

}  // namespace functionmesh::reconcile
