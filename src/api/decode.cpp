#include <algorithm>

#include "api/reader.hpp"
#include "api/resource.hpp"
#include "api/words.hpp"
#include "base/text.hpp"

namespace functionmesh::api {
namespace {

constexpr std::string_view kTopLevel[]{"apiVersion", "kind", "metadata", "spec", "status"};

void read_top_level(const JsonObject& given, Problems& problems) {
  for (const auto& [name, value] : given) {
    if (std::ranges::find(kTopLevel, std::string_view{name}) == std::end(kTopLevel)) {
      const std::string_view meant = base::nearest(name, kTopLevel);
      problems.warnings.push_back(
          {name, meant.empty() ? "unknown field; fields of a resource stand below spec"
                               : "unknown field; did you mean " + std::string{meant} + "?"});
    }
  }
  const Json* version = given.if_contains("apiVersion");
  if (version == nullptr || !version->is_string() || version->get_string() != kApiVersion) {
    problems.errors.push_back(
        {"apiVersion", "expected " + std::string{kApiVersion} + ", got " +
                           (version == nullptr ? "nothing" : base::write_json(*version))});
  }
}

template <typename Struct>
void read_part(Kinds kinds, Struct& target, const JsonObject& given, std::string_view name,
               Problems& problems) {
  const Json* part = given.if_contains(name);
  if (part == nullptr || part->is_null()) {
    return;
  }
  if (!part->is_object()) {
    problems.errors.push_back({std::string{name}, mismatch("an object", *part)});
    return;
  }
  read_record(record_of<Struct>(), &target, part->get_object(), Path{name}, kinds, problems);
}

Metadata read_metadata(const JsonObject& given, Problems& problems) {
  const Metadata unset;
  Metadata metadata;
  read_part(kAllKinds, metadata, given, "metadata", problems);
  if (metadata.namespace_.empty()) {
    metadata.namespace_ = unset.namespace_;
  }
  if (metadata.uid.empty()) {
    metadata.uid = unset.uid;
  }
  return metadata;
}

template <typename Struct>
Resource read_resource(const JsonObject& given, Problems& problems) {
  Struct resource;
  resource.metadata = read_metadata(given, problems);
  read_part(kAllKinds, resource, given, "spec", problems);
  return resource;
}

Resource read_component(Kind kind, const JsonObject& given, Problems& problems) {
  Component component;
  component.kind = kind;
  component.metadata = read_metadata(given, problems);
  read_part(kinds_of(kind), component.spec, given, "spec", problems);
  return component;
}

}  // namespace

Decoded decode(const Json& value) {
  const JsonObject nothing;
  const JsonObject& given = value.is_object() ? value.get_object() : nothing;
  const Kind kind = kind_of(base::text_at(value, {"kind"})).value_or(Kind::function);
  Decoded decoded;
  read_top_level(given, decoded.problems);
  switch (kind) {
    case Kind::function_mesh:
      decoded.resource = read_resource<Mesh>(given, decoded.problems);
      break;
    case Kind::backend_config:
      decoded.resource = read_resource<BackendConfig>(given, decoded.problems);
      break;
    default:
      decoded.resource = read_component(kind, given, decoded.problems);
  }
  return decoded;
}

}  // namespace functionmesh::api
