#include "api/kubernetes_schema.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace functionmesh::api {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

constexpr std::string_view kText =
#include "api/kubernetes_schema.inc"
    ;

struct FieldLine {
  std::string_view name;
  bool required = false;
  std::string_view type;
  std::vector<std::string_view> keys;  ///< a list of objects merges by these
  bool set = false;                    ///< a list of values merges by value
  std::string_view fallback;
};

struct TypeLines {
  bool atomic = false;
  std::vector<FieldLine> fields;
};

std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

FieldLine read_field(std::string_view line) {
  FieldLine field;
  field.name = next_word(line);
  if (field.name.ends_with('!')) {
    field.required = true;
    field.name.remove_suffix(1);
  }
  field.type = next_word(line);
  std::string_view word = next_word(line);
  if (word == "by") {
    for (word = next_word(line); !word.empty(); word = next_word(line)) {
      field.keys.push_back(word);
    }
  } else if (word == "as") {
    field.set = true;
  } else if (word == "=") {
    field.fallback = next_word(line);
  }
  return field;
}

using Types = std::map<std::string_view, TypeLines>;

Types read_types() {
  Types types;
  TypeLines* type = nullptr;
  std::string_view rest = kText;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    if (line.starts_with(' ')) {
      type->fields.push_back(read_field(line));
    } else {
      type = &types[next_word(line)];
      type->atomic = next_word(line) == "atomic";
    }
  }
  return types;
}

const TypeLines& lines_of(std::string_view type) {
  static const Types kTypes = read_types();
  const auto at = kTypes.find(type);
  if (at == kTypes.end()) {
    throw std::logic_error("kubernetes_schema.txt has no type " + std::string{type});
  }
  return at->second;
}

// Kubernetes takes "" for "not given" where a field need not be given.
JsonObject one_of(std::string_view words, bool required) {
  JsonArray all;
  if (!required) {
    all.push_back(Json(""));
  }
  while (!words.empty()) {
    const std::size_t end = std::min(words.find('|'), words.size());
    all.push_back(Json(words.substr(0, end)));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return {{"type", "string"}, {"enum", std::move(all)}};
}

JsonObject int_or_string() {
  return {{"anyOf", JsonArray{JsonObject{{"type", "integer"}}, JsonObject{{"type", "string"}}}},
          {"x-kubernetes-int-or-string", true}};
}

JsonObject schema_of(std::string_view type, bool required) {
  if (type == "string") {
    return {{"type", "string"}};
  }
  if (type == "bool") {
    return {{"type", "boolean"}};
  }
  if (type == "int32" || type == "int64") {
    return {{"type", "integer"}, {"format", type}};
  }
  if (type == "time") {
    return {{"type", "string"}, {"format", "date-time"}};
  }
  if (type == "int-or-string") {
    return int_or_string();
  }
  if (type == "quantity") {
    return quantity_schema();
  }
  if (type.starts_with('[')) {
    return {{"type", "array"}, {"items", schema_of(type.substr(1, type.size() - 2), true)}};
  }
  if (type.starts_with('{')) {
    return {{"type", "object"},
            {"additionalProperties", schema_of(type.substr(1, type.size() - 2), true)}};
  }
  return type.contains('|') ? one_of(type, required) : kubernetes_schema(type);
}

JsonObject schema_of(const FieldLine& field) {
  JsonObject schema = schema_of(field.type, field.required);
  if (!field.keys.empty()) {
    schema["x-kubernetes-list-type"] = "map";
    schema["x-kubernetes-list-map-keys"] = JsonArray(field.keys.begin(), field.keys.end());
  }
  if (field.set) {
    schema["x-kubernetes-list-type"] = "set";
  }
  if (!field.fallback.empty()) {
    schema["default"] = field.fallback;
  }
  return schema;
}

}  // namespace

JsonObject quantity_schema() {
  JsonObject schema = int_or_string();
  schema["pattern"] =
      R"(^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?(\d+\.?\d*|\.\d+))?$)";
  return schema;
}

JsonObject kubernetes_schema(std::string_view type) {
  const TypeLines& lines = lines_of(type);
  JsonObject properties;
  JsonArray required;
  for (const FieldLine& field : lines.fields) {
    properties[field.name] = schema_of(field);
    if (field.required) {
      required.push_back(Json(field.name));
    }
  }
  JsonObject schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  if (lines.atomic) {
    schema["x-kubernetes-map-type"] = "atomic";
  }
  return schema;
}

}  // namespace functionmesh::api
