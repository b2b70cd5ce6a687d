#pragma once

#include <map>
#include <string>

#include "base/json.hpp"

namespace functionmesh::cluster {

/// Whether an object has all of these labels with these values.
bool has_labels(const base::Json& object, const std::map<std::string, std::string>& labels);

}  // namespace functionmesh::cluster
