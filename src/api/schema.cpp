#include "api/schema.hpp"

#include "api/kubernetes_schema.hpp"
#include "api/schema_rules.hpp"

namespace functionmesh::api {
namespace {

/// More than fit into a resource. The API server wants a bound before it judges rules in a list.
constexpr int kMostEntries = 10'000;

JsonObject free_form(bool pruned) {
  JsonObject schema{{"type", "object"}};
  if (!pruned) {
    schema["x-kubernetes-preserve-unknown-fields"] = true;
  }
  return schema;
}

JsonObject schema_of(const Type& type, const Rules& rules, Kinds kinds, bool in_mesh) {
  switch (type.shape) {
    case Shape::boolean:
      return {{"type", "boolean"}};
    case Shape::int32:
      return {{"type", "integer"}, {"format", "int32"}};
    case Shape::int64:
      return {{"type", "integer"}, {"format", "int64"}};
    case Shape::text:
      return {{"type", "string"}};
    case Shape::object:
      return rules.fragment != nullptr ? kubernetes_schema(rules.fragment->name)
                                       : free_form(rules.pruned);
    case Shape::record:
      return schema_of(rules.record == nullptr ? type.record() : rules.record(), kinds, in_mesh);
    case Shape::list:
      return {{"type", "array"}, {"items", schema_of(*type.element, rules, kinds, in_mesh)}};
    case Shape::map:
      return {{"type", "object"},
              {"additionalProperties", schema_of(*type.element, {}, kinds, in_mesh)}};
  }
  return {};
}

std::string description_of(const Field& field) {
  std::string text{field.description};
  if (field.rules.fragment != nullptr) {
    text += " Kubernetes type: " + std::string{field.rules.fragment->name} + ".";
  }
  return text;
}

JsonObject schema_of(const Field& field, Kinds kinds, bool in_mesh) {
  const Rules& rules = field.rules;
  const bool entry = rules.inner_kinds != 0;
  JsonObject schema{{"description", description_of(field)}};
  for (auto& [key, value] :
       schema_of(*field.type, rules, entry ? rules.inner_kinds : kinds, in_mesh || entry)) {
    schema[key] = std::move(value);
  }
  if (entry) {
    schema["maxItems"] = kMostEntries;
  }
  if (rules.fallback) {
    schema["default"] = *rules.fallback;
  }
  if (rules.minimum) {
    schema["minimum"] = *rules.minimum;
  }
  if (!rules.one_of.empty()) {
    schema["enum"] = JsonArray(rules.one_of.begin(), rules.one_of.end());
  }
  return schema;
}

}  // namespace

JsonObject schema_of(const Record& record, Kinds kinds, bool in_mesh) {
  JsonObject properties;
  JsonArray required;
  for (const Field& field : record.fields) {
    if (field.type == nullptr || (field.rules.kinds & kinds) == 0) {
      continue;
    }
    properties[field.name] = schema_of(field, kinds, in_mesh);
    if (field.rules.required || field.rules.required_in_cluster) {
      required.push_back(Json(field.name));
    }
  }
  JsonObject schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  if (JsonArray rules = schema_rules(record.name, kinds, in_mesh); !rules.empty()) {
    schema["x-kubernetes-validations"] = std::move(rules);
  }
  return schema;
}

}  // namespace functionmesh::api
