#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "api/resource.hpp"

/// A mesh as a picture: who reads and writes which topic.
namespace functionmesh::view {

struct Node {
  enum class Kind { topic, pattern, function, source, sink };
  Kind kind = Kind::topic;
  std::string label;   ///< its short name
  std::string detail;  ///< a second line: class and instances; may be empty
  std::string title;   ///< the full name and all there is to say
  std::size_t group = 0;
  /// A topic that nothing here writes, or nothing here reads: its other end is somewhere else.
  bool external = false;
};

struct Edge {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string label;    ///< "log", "dead letter", "late data", "matches"; empty for plain messages
  bool dotted = false;  ///< not the stream of messages itself
};

/// The nodes of one Pulsar cluster. No edge leads from one to another.
struct Group {
  std::string name;       ///< the ConfigMap that says where the cluster is
  std::string topics_in;  ///< the namespace that all topics here share, left out of their labels
};

struct Graph {
  std::string title;  ///< "FunctionMesh default/orders", "3 functions, 1 source"
  std::vector<Group> groups;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

/// What the given Functions, Sources, Sinks and FunctionMeshes look like together; the last of two
/// with one name counts. Needs no valid resources: what is missing is not drawn.
/// The same input gives the same graph, and the functions below the same bytes.
Graph graph_of(std::span<const api::Resource> resources);

/// For a terminal: a line a component, "people, more -> summarize -> summaries", those that feed
/// others first.
std::vector<std::string> outline(const Graph& graph);

/// A Mermaid flowchart, as Markdown pages show it.
std::string mermaid(const Graph& graph);

/// Graphviz' language.
std::string dot(const Graph& graph);

/// A picture that stands for itself, readable on light and on dark pages.
std::string svg(const Graph& graph);

}  // namespace functionmesh::view
