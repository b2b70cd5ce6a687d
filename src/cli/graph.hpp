#pragma once

#include <string>

#include "view/graph.hpp"

namespace functionmesh::cli {

/// `format` is text, mermaid, dot or svg.
void print_graph(const view::Graph& graph, const std::string& format);

}  // namespace functionmesh::cli
