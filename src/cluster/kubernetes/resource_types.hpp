#pragma once

#include <string>
#include <string_view>

#include "cluster/cluster.hpp"

namespace functionmesh::kubernetes {

/// Where the API server keeps the objects of a kind. All of ours are in namespaces.
struct ResourceType {
  std::string_view kind;
  std::string_view api_version;  ///< "v1", "apps/v1"
  std::string_view plural;
};

/// nullptr for a kind that we do not deal with.
const ResourceType* resource_type(std::string_view kind);

/// "/apis/apps/v1/statefulsets", or with "/namespaces/NAMESPACE" in it.
std::string collection_path(const ResourceType& type, std::string_view namespace_);

/// "/apis/apps/v1/namespaces/default/statefulsets/enrich-function".
std::string object_path(const ResourceType& type, const cluster::Key& key);

}  // namespace functionmesh::kubernetes
