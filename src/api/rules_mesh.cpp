#include <map>

#include "api/rules.hpp"

namespace functionmesh::api {
namespace {

std::string field_of(std::string_view list, std::size_t index) {
  return "spec." + std::string{list} + "[" + std::to_string(index) + "]";
}

void check_names(const Mesh& mesh, std::string_view list, const std::vector<MeshEntry>& entries,
                 Problems& problems) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string& name = entries[i].spec.name;
    Report report{field_of(list, i), problems};
    if (name.empty()) {
      report.error("name", "is required: <mesh>-<name> is what the child is called");
      continue;
    }
    const auto [first, added] = seen.try_emplace(name, i);
    if (!added) {
      report.error("name", "\"" + name + "\" is the name of " + field_of(list, first->second) +
                               " already; give each its own");
    }
    if (const std::string why = why_no_component_name(mesh.metadata.name + "-" + name);
        !why.empty() && !mesh.metadata.name.empty()) {
      report.error("name", "the child's name " + why);
    }
  }
}

void check_entries(Kind kind, std::string_view list, const std::vector<MeshEntry>& entries,
                   Problems& problems) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Report report{field_of(list, i), problems};
    check_component({kind, entries[i].spec}, report);
  }
}

}  // namespace

void check_mesh(const Mesh& mesh, Problems& problems) {
  check_plain_name(mesh.metadata, problems);
  check_names(mesh, "functions", mesh.functions, problems);
  check_names(mesh, "sources", mesh.sources, problems);
  check_names(mesh, "sinks", mesh.sinks, problems);
  check_entries(Kind::function, "functions", mesh.functions, problems);
  check_entries(Kind::source, "sources", mesh.sources, problems);
  check_entries(Kind::sink, "sinks", mesh.sinks, problems);
  check_flow(mesh, problems);
}

}  // namespace functionmesh::api
