#include "cluster/local/pod_object.hpp"

#include "cluster/local/instance.hpp"

namespace functionmesh::local {

using base::Json;
using base::JsonArray;
using base::JsonObject;

namespace {

JsonObject object_at(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* found = base::find(value, path);
  return found != nullptr && found->is_object() ? found->get_object() : JsonObject{};
}

}  // namespace

Json pod_object(const Workload& workload, const std::string& name) {
  const Json& owner = workload.object();
  const Json& pod_template = workload.pod_template();
  const auto key = workload.key();

  JsonObject labels = object_at(pod_template, {"metadata", "labels"});
  if (key.kind == "StatefulSet") {
    labels["statefulset.kubernetes.io/pod-name"] = name;
    labels["apps.kubernetes.io/pod-index"] = name.substr(name.rfind('-') + 1);
    labels["controller-revision-hash"] = key.name + "-" + workload.revision();
  } else {
    labels["batch.kubernetes.io/job-name"] = key.name;
  }
  JsonObject reference{{"apiVersion", base::text_at(owner, {"apiVersion"})},
                       {"kind", key.kind},
                       {"name", key.name},
                       {"uid", base::text_at(owner, {"metadata", "uid"})},
                       {"controller", true},
                       {"blockOwnerDeletion", true}};
  JsonObject metadata{{"name", name},
                      {"namespace", key.namespace_},
                      {"labels", std::move(labels)},
                      {"annotations", object_at(pod_template, {"metadata", "annotations"})},
                      {"ownerReferences", JsonArray{std::move(reference)}},
                      {"finalizers", JsonArray{Json(pod_finalizer)}}};
  JsonObject spec = object_at(pod_template, {"spec"});
  spec["hostname"] = name;
  spec["nodeName"] = "localhost";
  return JsonObject{{"apiVersion", "v1"},
                    {"kind", "Pod"},
                    {"metadata", std::move(metadata)},
                    {"spec", std::move(spec)}};
}

Json stateful_set_status(const Json& stateful_set, const Replicas& replicas) {
  return JsonObject{
      {"observedGeneration", base::number_at(stateful_set, {"metadata", "generation"})},
      {"replicas", replicas.all},
      {"readyReplicas", replicas.ready},
      {"availableReplicas", replicas.ready},
      {"currentReplicas", replicas.current},
      {"updatedReplicas", replicas.updated},
      {"currentRevision", replicas.current_revision},
      {"updateRevision", replicas.update_revision},
      {"collisionCount", 0}};
}

}  // namespace functionmesh::local
