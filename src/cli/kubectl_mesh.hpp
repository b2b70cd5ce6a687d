#pragma once

#include <string>
#include <vector>

namespace functionmesh::cli {

/// This program as a plug-in of kubectl: `kubectl mesh ...` starts what is called kubectl-mesh on
/// the PATH. The arguments are those behind `mesh`.
int run_kubectl_mesh(std::vector<std::string> arguments);

/// What kubectl asks kubectl_complete-mesh: the words that may stand in the place of the last one,
/// a line each, and a directive. Never says what went wrong: there is nobody to read it.
int complete_kubectl_mesh(std::vector<std::string> arguments);

}  // namespace functionmesh::cli
