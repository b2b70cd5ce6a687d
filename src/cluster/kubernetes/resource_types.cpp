#include "cluster/kubernetes/resource_types.hpp"

#include <algorithm>
#include <array>

#include "base/url.hpp"

namespace functionmesh::kubernetes {
namespace {

constexpr std::string_view kOurs = "compute.functionmesh.io/v1alpha1";

constexpr std::array<ResourceType, 15> kTypes{{
    {"Function", kOurs, "functions"},
    {"Source", kOurs, "sources"},
    {"Sink", kOurs, "sinks"},
    {"FunctionMesh", kOurs, "functionmeshes"},
    {"BackendConfig", kOurs, "backendconfigs"},
    {"StatefulSet", "apps/v1", "statefulsets"},
    {"Service", "v1", "services"},
    {"Pod", "v1", "pods"},
    {"Job", "batch/v1", "jobs"},
    {"HorizontalPodAutoscaler", "autoscaling/v2", "horizontalpodautoscalers"},
    {"VerticalPodAutoscaler", "autoscaling.k8s.io/v1", "verticalpodautoscalers"},
    {"Event", "v1", "events"},
    {"Lease", "coordination.k8s.io/v1", "leases"},
    {"ConfigMap", "v1", "configmaps"},
    {"Secret", "v1", "secrets"},
}};

}  // namespace

const ResourceType* resource_type(std::string_view kind) {
  const auto at = std::ranges::find(kTypes, kind, &ResourceType::kind);
  return at == kTypes.end() ? nullptr : &*at;
}

std::string collection_path(const ResourceType& type, std::string_view namespace_) {
  const bool core = type.api_version.find('/') == std::string_view::npos;
  std::string path = (core ? "/api/" : "/apis/") + std::string{type.api_version};
  if (!namespace_.empty()) {
    path += "/namespaces/" + base::url_encode(namespace_);
  }
  return path + "/" + std::string{type.plural};
}

std::string object_path(const ResourceType& type, const cluster::Key& key) {
  return collection_path(type, key.namespace_.empty() ? "default" : key.namespace_) + "/" +
         base::url_encode(key.name);
}

}  // namespace functionmesh::kubernetes
