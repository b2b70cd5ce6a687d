#include "api/schema_status.hpp"

#include <span>

namespace functionmesh::api {
namespace {

enum class Value { text, time, int32, int64, condition, conditions };

struct StatusField {
  std::string_view name;
  Value value;
  std::string_view description;
};

constexpr StatusField kCondition[]{
    {"condition", Value::text, "What it is about: StatefulSetReady, ServiceReady, MeshReady, ..."},
    {"status", Value::text, "True, False or Unknown."},
    {"action", Value::text, "What comes next: Create, Update, Delete, Wait or NoAction."},
    {"reason", Value::text, "Why, in one word for programs."},
    {"message", Value::text, "Why, for people."},
    {"lastTransitionTime", Value::time, "Since when it has this status."},
};

constexpr StatusField kComponent[]{
    {"phase", Value::text,
     "How it is: Pending, Progressing, Ready, Degraded, Paused, Stopped, Failed or Terminating."},
    {"message", Value::text, "Why it is so."},
    {"replicas", Value::int32, "How many instances there are."},
    {"readyReplicas", Value::int32, "How many instances are ready."},
    {"selector", Value::text, "Labels of its pods; what an autoscaler counts by."},
    {"restarts", Value::int64, "How often instances that are there have been restarted."},
    {"runtime", Value::text, "What it runs in: java, python, go or generic."},
    {"inputs", Value::text, "What it reads: topics, or a connector."},
    {"output", Value::text, "What it writes: a topic, or a connector."},
    {"conditions", Value::conditions, "How each of its objects is, by kind."},
    {"pendingChange", Value::text, "A change of its pods that waits to be rolled out."},
    {"globalBackendConfigRevision", Value::text,
     "resourceVersion of the cluster's BackendConfig that was applied."},
    {"namespacedBackendConfigRevision", Value::text,
     "resourceVersion of the namespace's BackendConfig that was applied."},
    {"observedGeneration", Value::int64, "The generation of spec that this status is about."},
};

constexpr StatusField kMesh[]{
    {"phase", Value::text,
     "How it is: Pending, Progressing, Ready, Degraded, Failed or Terminating."},
    {"message", Value::text, "Why it is so."},
    {"ready", Value::int32, "How many components are ready."},
    {"total", Value::int32, "How many components there are."},
    {"condition", Value::condition, "How the mesh is as a whole."},
    {"functionConditions", Value::conditions, "How each function is, by its name in the mesh."},
    {"sourceConditions", Value::conditions, "How each source is, by its name in the mesh."},
    {"sinkConditions", Value::conditions, "How each sink is, by its name in the mesh."},
    {"observedGeneration", Value::int64, "The generation of spec that this status is about."},
};

JsonObject object_of(std::span<const StatusField> fields);

JsonObject schema_of(Value value) {
  switch (value) {
    case Value::text:
      return {{"type", "string"}};
    case Value::time:
      return {{"type", "string"}, {"format", "date-time"}};
    case Value::int32:
      return {{"type", "integer"}, {"format", "int32"}};
    case Value::int64:
      return {{"type", "integer"}, {"format", "int64"}};
    case Value::condition:
      return object_of(kCondition);
    case Value::conditions:
      return {{"type", "object"}, {"additionalProperties", object_of(kCondition)}};
  }
  return {};
}

JsonObject object_of(std::span<const StatusField> fields) {
  JsonObject properties;
  for (const StatusField& field : fields) {
    JsonObject schema{{"description", field.description}};
    for (auto& [key, value] : schema_of(field.value)) {
      schema[key] = std::move(value);
    }
    properties[field.name] = std::move(schema);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

}  // namespace

JsonObject status_schema(Kind kind) {
  JsonObject schema{{"description", "How it is, written by the operator."}, {"type", "object"}};
  if (kind == Kind::backend_config) {
    return schema;
  }
  const std::span<const StatusField> fields =
      kind == Kind::function_mesh ? std::span<const StatusField>{kMesh} : kComponent;
  schema["properties"] = std::move(object_of(fields)["properties"]);
  return schema;
}

}  // namespace functionmesh::api
