#include "cluster/labels.hpp"

#include <algorithm>

namespace functionmesh::cluster {

using base::Json;

bool has_labels(const Json& object, const std::map<std::string, std::string>& labels) {
  return std::ranges::all_of(labels, [&](const auto& label) {
    const Json* value = base::find(object, {"metadata", "labels", label.first});
    return value != nullptr && value->is_string() && value->get_string() == label.second;
  });
}

}  // namespace functionmesh::cluster
