#include "api/resource.hpp"

namespace functionmesh::api {
namespace {

struct KindName {
  Kind kind;
  std::string_view name;
};

constexpr KindName kKinds[]{
    {Kind::function, "Function"},
    {Kind::source, "Source"},
    {Kind::sink, "Sink"},
    {Kind::function_mesh, "FunctionMesh"},
    {Kind::backend_config, "BackendConfig"},
};

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const KindName& entry : kKinds) {
    if (entry.kind == kind) {
      return entry.name;
    }
  }
  return {};
}

std::optional<Kind> kind_of(std::string_view name) {
  for (const KindName& entry : kKinds) {
    if (entry.name == name) {
      return entry.kind;
    }
  }
  return std::nullopt;
}

const Metadata& metadata_of(const Resource& resource) {
  return std::visit([](const auto& of_kind) -> const Metadata& { return of_kind.metadata; },
                    resource);
}

Kind kind_of(const Resource& resource) {
  if (const auto* component = std::get_if<Component>(&resource)) {
    return component->kind;
  }
  return std::holds_alternative<Mesh>(resource) ? Kind::function_mesh : Kind::backend_config;
}

std::string display_name(const Resource& resource) {
  const Metadata& metadata = metadata_of(resource);
  return std::string{kind_name(kind_of(resource))} + "/" + metadata.namespace_ + "/" +
         metadata.name;
}

Json mesh_child(const Mesh& mesh, Kind kind, const MeshEntry& entry) {
  return {
      {"apiVersion", kApiVersion},
      {"kind", kind_name(kind)},
      {"metadata",
       {
           {"name", mesh.metadata.name + "-" + entry.spec.name},
           {"namespace", mesh.metadata.namespace_},
           {"ownerReferences", JsonArray{{
                                   {"apiVersion", kApiVersion},
                                   {"kind", kind_name(Kind::function_mesh)},
                                   {"name", mesh.metadata.name},
                                   {"uid", mesh.metadata.uid},
                                   {"controller", true},
                                   {"blockOwnerDeletion", true},
                               }}},
       }},
      {"spec", entry.raw},
  };
}

}  // namespace functionmesh::api
