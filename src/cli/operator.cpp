#include "operator/operator.hpp"

#include "cli/commands.hpp"

namespace functionmesh::cli {

int run_operator(const OperatorOptions& options) {
  return process::run(options.arguments);
}

}  // namespace functionmesh::cli
