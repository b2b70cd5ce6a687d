#include "cli/commands.hpp"

int main(int argc, char** argv) {
  return functionmesh::cli::run(argc, argv);
}
