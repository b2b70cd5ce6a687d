#include <algorithm>

#include "view/graph.hpp"

namespace functionmesh::view {
namespace {

bool is_component(const Node& node) {
  return node.kind == Node::Kind::function || node.kind == Node::Kind::source ||
         node.kind == Node::Kind::sink;
}

/// Lets the components of a graph come after those that write what they read, as far as there are
/// no circles.
class Outline {
 public:
  explicit Outline(const Graph& graph) : graph_{graph} {}

  std::vector<std::string> lines() {
    std::vector<std::size_t> left;
    for (std::size_t node = 0; node < graph_.nodes.size(); ++node) {
      if (is_component(graph_.nodes[node])) {
        left.push_back(node);
      }
    }
    std::vector<std::string> lines;
    while (!left.empty()) {
      const auto ready = std::ranges::find_if(left, [&](std::size_t node) {
        return std::ranges::none_of(
            left, [&](std::size_t other) { return other != node && feeds(other, node); });
      });
      const auto next = ready == left.end() ? left.begin() : ready;
      lines.push_back(line_of(*next));
      left.erase(next);
    }
    return lines;
  }

 private:
  /// Whether a topic, or a pattern that takes it in, leads from one component to another.
  bool feeds(std::size_t from, std::size_t to) {
    for (const Edge& out : graph_.edges) {
      if (out.from != from || out.dotted) {
        continue;
      }
      for (const Edge& next : graph_.edges) {
        if (next.from == out.to && (next.to == to || reaches_by_pattern(next.to, to))) {
          return true;
        }
      }
    }
    return false;
  }

  bool reaches_by_pattern(std::size_t pattern, std::size_t to) const {
    return graph_.nodes[pattern].kind == Node::Kind::pattern &&
           std::ranges::any_of(graph_.edges, [&](const Edge& edge) {
             return edge.from == pattern && edge.to == to;
           });
  }

  std::string line_of(std::size_t node) const {
    std::string in;
    std::string out;
    std::string aside;
    for (const Edge& edge : graph_.edges) {
      const bool into = edge.to == node;
      if (!into && edge.from != node) {
        continue;
      }
      const std::string& label = graph_.nodes[into ? edge.from : edge.to].label;
      std::string& text = edge.label.empty() ? (into ? in : out) : aside;
      text += (text.empty() ? "" : ", ") + (edge.label.empty() ? "" : edge.label + ": ") + label;
    }
    const Node& own = graph_.nodes[node];
    std::string line = in.empty() ? "" : in + " -> ";
    line += own.label;
    line += own.kind == Node::Kind::source ? " (source)"
            : own.kind == Node::Kind::sink ? " (sink)"
                                           : "";
    line += out.empty() ? "" : " -> " + out;
    return line + (aside.empty() ? "" : "   (" + aside + ")");
  }

  const Graph& graph_;
};

}  // namespace

std::vector<std::string> outline(const Graph& graph) {
  return Outline{graph}.lines();
}

}  // namespace functionmesh::view
