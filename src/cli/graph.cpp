#include "cli/graph.hpp"

#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "cli/terminal.hpp"
#include "manifest/manifests.hpp"

namespace functionmesh::cli {

int graph(const GraphOptions& options) {
  const manifest::Manifests manifests = manifest::read_manifests(options.files);
  std::vector<manifest::Checked> all = manifest::check(manifests.objects);
  const bool ok = print_problems(manifests, all);
  std::vector<api::Resource> resources;
  for (manifest::Checked& checked : all) {
    if (checked.resource) {
      resources.push_back(std::move(*checked.resource));
    }
  }
  // A resource with errors is drawn all the same: a picture may be what shows the error.
  const view::Graph drawn = view::graph_of(resources);
  print_graph(drawn, options.output);
  return ok ? kOk : kProblems;
}

void print_graph(const view::Graph& graph, const std::string& format) {
  if (format == "dot") {
    print(view::dot(graph));
  } else if (format == "svg") {
    print(view::svg(graph));
  } else if (format == "mermaid") {
    print(view::mermaid(graph));
  } else {
    for (const std::string& line : view::outline(graph)) {
      print(line + "\n");
    }
  }
}

}  // namespace functionmesh::cli
