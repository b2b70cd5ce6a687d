#include "api/crd.hpp"

#include <utility>

#include "api/schema.hpp"
#include "api/schema_status.hpp"
#include "base/yaml.hpp"

namespace functionmesh::api {
namespace {

struct Column {
  std::string_view name;
  std::string_view type;
  std::string_view path;
  std::string_view description;
  bool wide = false;
};

constexpr Column kAge{"Age", "date", ".metadata.creationTimestamp", "How long it has been there."};
constexpr Column kPhase{"Phase", "string", ".status.phase", "How it is, in one word."};
constexpr Column kMessage{"Message", "string", ".status.message", "Why it is so.", true};

constexpr Column kComponentColumns[]{
    {"Ready", "integer", ".status.readyReplicas", "How many instances are ready."},
    {"Replicas", "integer", ".status.replicas", "How many instances there are."},
    kPhase,
    kAge,
    {"Runtime", "string", ".status.runtime", "What it runs in.", true},
    {"Inputs", "string", ".status.inputs", "What it reads.", true},
    {"Output", "string", ".status.output", "What it writes.", true},
    kMessage,
};

constexpr Column kMeshColumns[]{
    {"Ready", "integer", ".status.ready", "How many components are ready."},
    {"Components", "integer", ".status.total", "How many components there are."},
    kPhase,
    kAge,
    kMessage,
};

constexpr Column kBackendConfigColumns[]{
    {"Auto-Update", "boolean", ".spec.autoUpdate", "Changes are rolled out at once."},
    kAge,
};

/// `kubectl get function-mesh` lists all kinds. Not "functionmesh": a category wins over a
/// singular, and `kubectl get functionmesh NAME` would be refused, `kubectl delete functionmesh
/// --all` delete more than meshes.
constexpr std::string_view kCategory = "function-mesh";

struct Definition {
  Kind kind;
  std::string_view plural;
  std::string_view singular;
  std::string_view short_name;  ///< empty: none
  std::string_view description;
  std::span<const Column> columns;
  bool scale;
};

// A BackendConfig has nothing to scale; that it can be asked to is how it has always been served.
constexpr Definition kDefinitions[]{
    {Kind::function, "functions", "function", "fn",
     "A Pulsar function: reads topics, computes, writes a topic.", kComponentColumns, true},
    {Kind::source, "sources", "source", "src",
     "A Pulsar IO source: a connector that brings data from elsewhere into a topic.",
     kComponentColumns, true},
    {Kind::sink, "sinks", "sink", "snk",
     "A Pulsar IO sink: a connector that takes the messages of topics elsewhere.",
     kComponentColumns, true},
    {Kind::function_mesh, "functionmeshes", "functionmesh", "mesh",
     "Functions, sources and sinks that belong together: each becomes a resource of its own.",
     kMeshColumns, false},
    {Kind::backend_config,
     "backendconfigs",
     "backendconfig",
     {},
     "What the pods of a namespace, or of the cluster, get whose own resource says nothing.",
     kBackendConfigColumns,
     true},
};

const Definition& definition_of(Kind kind) {
  for (const Definition& definition : kDefinitions) {
    if (definition.kind == kind) {
      return definition;
    }
  }
  std::unreachable();
}

JsonObject names_of(const Definition& definition) {
  const std::string kind{kind_name(definition.kind)};
  JsonObject names{
      {"kind", kind},
      {"listKind", kind + "List"},
      {"plural", definition.plural},
      {"singular", definition.singular},
      {"categories", JsonArray{Json(kCategory)}},
  };
  if (!definition.short_name.empty()) {
    names["shortNames"] = JsonArray{Json(definition.short_name)};
  }
  return names;
}

JsonArray columns_of(const Definition& definition) {
  JsonArray columns;
  for (const Column& column : definition.columns) {
    JsonObject entry{{"name", column.name},
                     {"type", column.type},
                     {"jsonPath", column.path},
                     {"description", column.description}};
    if (column.wide) {
      entry["priority"] = 1;
    }
    columns.push_back(std::move(entry));
  }
  return columns;
}

JsonObject subresources_of(const Definition& definition) {
  JsonObject subresources{{"status", JsonObject{}}};
  if (definition.scale) {
    subresources["scale"] = JsonObject{{"specReplicasPath", ".spec.replicas"},
                                       {"statusReplicasPath", ".status.replicas"},
                                       {"labelSelectorPath", ".status.selector"}};
  }
  return subresources;
}

JsonObject spec_schema(Kind kind) {
  JsonObject described{{"description", "What is wanted."}};
  JsonObject schema = kind == Kind::function_mesh ? schema_of(record_of<Mesh>(), kAllKinds)
                      : kind == Kind::backend_config
                          ? schema_of(record_of<BackendConfig>(), kAllKinds)
                          : schema_of(record_of<ComponentSpec>(), kinds_of(kind));
  for (auto& [key, value] : schema) {
    described[key] = std::move(value);
  }
  return described;
}

}  // namespace

Json custom_resource_definition(Kind kind) {
  const Definition& definition = definition_of(kind);
  JsonObject schema{
      {"description", definition.description},
      {"type", "object"},
      {"properties", JsonObject{{"spec", spec_schema(kind)}, {"status", status_schema(kind)}}},
  };
  JsonObject version{
      {"name", "v1alpha1"},
      {"served", true},
      {"storage", true},
      {"additionalPrinterColumns", columns_of(definition)},
      {"subresources", subresources_of(definition)},
      {"schema", JsonObject{{"openAPIV3Schema", std::move(schema)}}},
  };
  return {
      {"apiVersion", "apiextensions.k8s.io/v1"},
      {"kind", "CustomResourceDefinition"},
      {"metadata",
       JsonObject{{"name", std::string{definition.plural} + "." + std::string{kGroup}}}},
      {"spec", JsonObject{{"group", kGroup},
                          {"names", names_of(definition)},
                          {"scope", "Namespaced"},
                          {"versions", JsonArray{std::move(version)}}}},
  };
}

std::string custom_resource_definitions(std::span<const Kind> kinds) {
  std::string text =
      "# Written by `functionmesh crds` from the tables in src/api: change them, not this.\n";
  for (const Kind kind : kinds) {
    text += "---\n" + base::write_yaml(custom_resource_definition(kind));
  }
  return text;
}

}  // namespace functionmesh::api
