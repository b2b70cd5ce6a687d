#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/resource.hpp"
#include "base/json.hpp"

namespace functionmesh::manifest {

/// One object of a manifest file, and where it stands.
struct Manifest {
  base::Json object;
  std::string file;  ///< as the user named it; "-" is standard input
  int line = 1;
  std::map<std::string, int> lines;  ///< line of each field by path, see base::YamlDocument

  /// "mesh.yaml:12" of a field, or of the nearest enclosing one that has a line.
  std::string place_of(std::string_view field) const;
};

/// Everything that was read of the files, and what could not be.
struct Manifests {
  std::vector<Manifest> objects;
  std::vector<std::string> errors;  ///< whole sentences that begin with the file's name
};

/// Reads YAML or JSON files, folders (their *.yaml, *.yml and *.json) and "-" (standard input).
/// A List stands for its items. A file that cannot be read is an error; the others are read.
Manifests read_manifests(const std::vector<std::string>& paths);

/// The manifest files of a folder, sorted; empty when there are none or it cannot be read.
std::vector<std::string> files_in(const std::string& folder);

/// Reads one file's text; `name` is for the messages.
Manifests parse_manifests(std::string_view text, const std::string& name);

/// What a manifest is to us.
enum class Sort {
  resource,    ///< one of the five kinds
  supporting,  ///< ConfigMap or Secret: used by resources, applied as it is
  foreign,     ///< a Kubernetes object that we do nothing with
  unknown,     ///< says it is of our group and is no kind of it, or is no Kubernetes object at all
};
Sort sort_of(const base::Json& object);

/// For `unknown` manifests: what is wrong, with the nearest known kind.
std::string why_unknown(const base::Json& object);

/// "Kind/namespace/name" of any object, as far as it says.
std::string display_name(const base::Json& object);

/// A resource read from a manifest with defaults filled in and everything that was noticed.
struct Checked {
  const Manifest* manifest = nullptr;
  std::string name;                       ///< display name
  std::optional<api::Resource> resource;  ///< nullopt for what is no resource
  api::Problems problems;
};

/// Decodes, defaults and validates each manifest, in their order.
std::vector<Checked> check(const std::vector<Manifest>& manifests);

}  // namespace functionmesh::manifest
