#include "view/graph.hpp"

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "manifest/manifests.hpp"

namespace functionmesh::cli {

int graph(const GraphOptions& options) {
  const manifest::Manifests manifests = manifest::read_manifests(options.files);
  bool ok = manifests.errors.empty();
  for (const std::string& error : manifests.errors) {
    print_error(error);
  }
  std::vector<api::Resource> resources;
  for (manifest::Checked& checked : manifest::check(manifests.objects)) {
    for (const api::Problem& error : checked.problems.errors) {
      print_warning(checked.manifest->place_of(error.field) + ": " + checked.name + ": " +
                    error.field + ": " + error.message);
    }
    if (checked.resource) {
      resources.push_back(std::move(*checked.resource));
    }
  }
  // A resource with errors is drawn all the same: a picture may be what shows the error.
  const view::Graph drawn = view::graph_of(resources);
  if (options.output == "dot") {
    print(view::dot(drawn));
  } else if (options.output == "svg") {
    print(view::svg(drawn));
  } else {
    print(view::mermaid(drawn));
  }
  return ok ? kOk : kProblems;
}

}  // namespace functionmesh::cli
