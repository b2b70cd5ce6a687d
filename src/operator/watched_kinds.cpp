#include "operator/watched_kinds.hpp"

#include <array>

namespace functionmesh::process {
namespace {

using base::Json;
using base::JsonObject;

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/// A copy of the object that kubectl keeps in it.
void drop_last_applied(Json& object) {
  Json* annotations = base::find(object, {"metadata", "annotations"});
  if (annotations != nullptr && annotations->is_object()) {
    annotations->get_object().stable_erase(kLastApplied);
  }
}

/// Named as a component's objects are, whoever made it: somebody else's may stand in our way.
bool is_named_like_ours(const Json& object) {
  std::string_view name = base::text_at(object, {"metadata", "name"});
  for (const std::string_view suffix : {"-headless", "-cleanup"}) {
    if (name.ends_with(suffix)) {
      name.remove_suffix(suffix.size());
    }
  }
  return name.ends_with("-function") || name.ends_with("-source") || name.ends_with("-sink");
}

/// Only how a pod is, not what it runs.
void keep_state(Json& pod) {
  JsonObject& members = pod.get_object();
  members.stable_erase("spec");
  if (Json* metadata = base::find(pod, {"metadata"});
      metadata != nullptr && metadata->is_object()) {
    metadata->get_object().stable_erase("annotations");
  }
  Json* status = base::find(pod, {"status"});
  if (status == nullptr || !status->is_object()) {
    return;
  }
  constexpr std::array kKept = {"phase",
                                "reason",
                                "message",
                                "podIP",
                                "conditions",
                                "containerStatuses",
                                "initContainerStatuses"};
  JsonObject kept;
  for (const std::string_view field : kKept) {
    if (Json* value = status->get_object().if_contains(field)) {
      kept[field] = std::move(*value);
    }
  }
  *status = std::move(kept);
}

}  // namespace

std::vector<kubernetes::Watched> watched_kinds() {
  std::vector<kubernetes::Watched> kinds;
  for (const char* kind : {"BackendConfig", "Function", "Source", "Sink", "FunctionMesh"}) {
    kinds.push_back({.kind = kind, .interest = {.trim = drop_last_applied}});
  }
  for (const char* kind :
       {"StatefulSet", "Service", "HorizontalPodAutoscaler", "VerticalPodAutoscaler", "Job"}) {
    kinds.push_back({.kind = kind,
                     .optional = std::string_view{kind} == "VerticalPodAutoscaler",
                     .interest = {.wanted = is_named_like_ours, .trim = drop_last_applied}});
  }
  kinds.push_back(
      {.kind = "Pod",
       .interest = {.label_selector = "compute.functionmesh.io/component", .trim = keep_state}});
  return kinds;
}

}  // namespace functionmesh::process
