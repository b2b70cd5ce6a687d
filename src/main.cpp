#include <cstdio>
#include <exception>

#include "cli/commands.hpp"

int main(int argc, char** argv) {
  try {
    return functionmesh::cli::run(argc, argv);
  } catch (const std::exception& bug) {  // errors are values here: this is ours
    std::fprintf(stderr, "error: a bug of functionmesh: %s\n", bug.what());
    return 70;
  }
}
