#include "cli/commands.hpp"
namespace functionmesh::cli {
int send(const SendOptions&) {
  return 1;
}
int tail(const TailOptions&) {
  return 1;
}
}  // namespace functionmesh::cli
