#include "admission/defaults.hpp"

#include <optional>
#include <string>

#include "api/resource.hpp"

namespace functionmesh::admission {
namespace {

using api::ComponentSpec;
using base::JsonObject;

Json text(const std::string& value) {
  return value.empty() ? Json{} : Json(value);
}

template <typename T>
Json number(const std::optional<T>& value) {
  return value ? Json(*value) : Json{};
}

Json producer(const ComponentSpec& spec) {
  const auto& conf = spec.output.producer_conf;
  if (!conf) {
    return {};
  }
  return {{"maxPendingMessages", conf->max_pending_messages},
          {"maxPendingMessagesAcrossPartitions", conf->max_pending_messages_across_partitions},
          {"useThreadLocalProducers", conf->use_thread_local_producers}};
}

/// A field that gets a default, and its value after api::set_defaults; null when it has none.
struct Field {
  std::string_view part;  ///< the member of spec that it is in; empty: spec itself
  std::string_view name;
  Json (*value)(const ComponentSpec&);
};

constexpr Field kFields[]{
    {"", "name", [](const ComponentSpec& spec) { return text(spec.name); }},
    {"", "tenant", [](const ComponentSpec& spec) { return text(spec.tenant); }},
    {"", "namespace", [](const ComponentSpec& spec) { return text(spec.namespace_); }},
    {"", "clusterName", [](const ComponentSpec& spec) { return text(spec.cluster_name); }},
    // The scale subresource reads it, and with it every autoscaler.
    {"", "replicas", [](const ComponentSpec& spec) { return number(spec.replicas); }},
    {"", "processingGuarantee",
     [](const ComponentSpec& spec) { return text(spec.processing_guarantee); }},
    {"", "autoAck", [](const ComponentSpec& spec) { return number(spec.auto_ack); }},
    {"", "forwardSourceMessageProperty",
     [](const ComponentSpec& spec) { return number(spec.forward_source_message_property); }},
    {"", "maxPendingAsyncRequests",
     [](const ComponentSpec& spec) { return number(spec.max_pending_async_requests); }},
    {"", "logTopicAgent", [](const ComponentSpec& spec) { return text(spec.log_topic_agent); }},
    {"input", "typeClassName",
     [](const ComponentSpec& spec) { return text(spec.input.type_class_name); }},
    {"output", "typeClassName",
     [](const ComponentSpec& spec) { return text(spec.output.type_class_name); }},
    {"output", "producerConf", producer},
};

bool is_absent(const Json* value) {
  return value == nullptr || value->is_null();
}

Json addition(const std::string& path, Json value) {
  JsonObject operation{{"op", "add"}, {"path", path}};
  operation["value"] = std::move(value);
  return Json(std::move(operation));
}

class Patch {
 public:
  explicit Patch(const JsonObject& spec) : spec_{spec} {}

  void add(const Field& field, const Json& value) {
    const std::string parent = "/spec" + (field.part.empty() ? "" : "/" + std::string{field.part});
    const JsonObject* there = &spec_;
    if (!field.part.empty()) {
      const Json* part = spec_.if_contains(field.part);
      if (is_absent(part) && made_ != field.part) {
        made_ = field.part;
        operations.push_back(addition(parent, JsonObject{}));
      }
      there = is_absent(part) ? nullptr : part->if_object();
      if (!is_absent(part) && there == nullptr) {
        return;  // of a wrong type, which is for others to refuse
      }
    }
    if (there == nullptr || is_absent(there->if_contains(field.name))) {
      operations.push_back(addition(parent + "/" + std::string{field.name}, value));
    }
  }

  JsonArray operations;

 private:
  const JsonObject& spec_;
  std::string_view made_;  ///< the part of spec that was added last
};

/// An update that says nothing of the replicas must not undo what an autoscaler set.
void keep_scale(const Json* previous, ComponentSpec& spec) {
  if (previous == nullptr || spec.replicas || !spec.max_replicas) {
    return;
  }
  const api::Decoded before = api::decode(*previous);
  if (const auto* component = std::get_if<api::Component>(&before.resource)) {
    spec.replicas = component->spec.replicas;
  }
}

}  // namespace

JsonArray missing_defaults(const Json& object, const Json* previous) {
  const Json* spec = base::find(object, {"spec"});
  api::Decoded decoded = api::decode(object);
  auto* component = std::get_if<api::Component>(&decoded.resource);
  if (spec == nullptr || !spec->is_object() || component == nullptr) {
    return {};
  }
  keep_scale(previous, component->spec);
  api::set_defaults(*component);
  Patch patch{spec->get_object()};
  for (const Field& field : kFields) {
    if (const Json value = field.value(component->spec); !value.is_null()) {
      patch.add(field, value);
    }
  }
  return std::move(patch.operations);
}

}  // namespace functionmesh::admission
