#pragma once

#include <string>
#include <variant>
#include <vector>

#include "api/types.hpp"

namespace functionmesh::api {

/// What is wrong with one field: its path in the resource ("spec.input.topics[0]") and, in words
/// for its author, what was expected and what to do.
struct Problem {
  std::string field;
  std::string message;
};

struct Problems {
  std::vector<Problem> errors;
  std::vector<Problem> warnings;

  bool ok() const { return errors.empty(); }
};

using Resource = std::variant<Component, Mesh, BackendConfig>;

/// A resource with everything that was noticed while reading it.
struct Decoded {
  Resource resource;
  Problems problems;
};

/// Reads a resource of one of the five kinds from the JSON of a manifest or of the API server, and
/// fills in what the CRDs' own defaults fill in (minReplicas 1). Never throws for what a user
/// wrote.
///
/// Errors: a wrong type ("expected a list of strings, got a number"), a value outside its enum or
/// limits, a missing required field. Warnings: unknown fields, with the nearest known name. What
/// could be read is in `resource` even then. `status` and server-set metadata are not judged.
/// Precondition: kind_of(value["kind"]) has a value.
Decoded decode(const Json& value);

/// Fills in the defaults of admission (reference 4.1, and resources as DESIGN 5.4): what render()
/// expects to be there. Applying it twice changes nothing.
void set_defaults(Component& component);
void set_defaults(Resource& resource);

/// The rules of admission, for creates and updates alike. Expects set_defaults() to have run.
/// `previous` is the stored resource on an update, nullptr on a create; a stored resource is judged
/// as its own previous one: how replicas stand to minReplicas and maxReplicas is a warning then.
Problems validate(const Resource& resource, const Resource* previous = nullptr);

/// decode(), set_defaults() and validate() in one, without what only follows from an error that
/// decoding found: what a program does with a manifest.
Decoded check(const Json& value, const Resource* previous = nullptr);

/// A child of a mesh as the object that is applied: kind, name `<mesh>-<entry>`, the mesh as its
/// owner, and the entry as its spec.
Json mesh_child(const Mesh& mesh, Kind kind, const MeshEntry& entry);

const Metadata& metadata_of(const Resource& resource);
Kind kind_of(const Resource& resource);

/// "Function/default/enrich", as messages and `validate -o json` name a resource.
std::string display_name(const Resource& resource);

}  // namespace functionmesh::api
