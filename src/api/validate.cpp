#include "api/resource.hpp"

namespace functionmesh::api {

Problems validate(const Resource&, const Resource*) {
  return {};
}

}  // namespace functionmesh::api
