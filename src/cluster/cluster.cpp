#include "cluster/cluster.hpp"

namespace functionmesh::cluster {

std::string to_string(const Key& key) {
  return key.kind + "/" + key.namespace_ + "/" + key.name;
}

Key key_of(const Json& object) {
  return {std::string{base::text_at(object, {"kind"})},
          std::string{base::text_at(object, {"metadata", "namespace"})},
          std::string{base::text_at(object, {"metadata", "name"})}};
}

}  // namespace functionmesh::cluster
