#include "view/graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "view/flows.hpp"
#include "view/text.hpp"

namespace functionmesh::view {
namespace {

using api::Component;
using api::Kind;
using Role = Flow::Role;

/// A component, and how it came in: on its own, or as an entry of a mesh.
struct Part {
  Component component;
  std::string mesh;   ///< "namespace/name"; empty on its own
  std::string entry;  ///< its name in the mesh
};

void add_entries(std::vector<Part>& parts, const api::Mesh& mesh, Kind kind,
                 const std::vector<api::MeshEntry>& entries) {
  for (const api::MeshEntry& entry : entries) {
    Part part;
    part.component.kind = kind;
    part.component.metadata.namespace_ = mesh.metadata.namespace_;
    part.component.metadata.name = mesh.metadata.name + "-" + entry.spec.name;
    part.component.spec = entry.spec;
    part.mesh = mesh.metadata.namespace_ + "/" + mesh.metadata.name;
    part.entry = entry.spec.name;
    parts.push_back(std::move(part));
  }
}

std::vector<Part> parts_of(std::span<const api::Resource> resources) {
  std::vector<Part> all;
  for (const api::Resource& resource : resources) {
    if (const auto* component = std::get_if<Component>(&resource)) {
      all.push_back({*component, {}, {}});
    } else if (const auto* mesh = std::get_if<api::Mesh>(&resource)) {
      // In the order in which messages pass.
      add_entries(all, *mesh, Kind::source, mesh->sources);
      add_entries(all, *mesh, Kind::function, mesh->functions);
      add_entries(all, *mesh, Kind::sink, mesh->sinks);
    }
  }
  std::map<std::tuple<Kind, std::string, std::string>, std::size_t> place;
  std::vector<Part> parts;
  for (Part& part : all) {
    api::set_defaults(part.component);
    const auto& [name, namespace_] =
        std::tie(part.component.metadata.name, part.component.metadata.namespace_);
    const auto [at, is_new] =
        place.try_emplace({part.component.kind, namespace_, name}, parts.size());
    if (is_new) {
      parts.push_back(std::move(part));
    } else {
      parts[at->second] = std::move(part);
    }
  }
  return parts;
}

Node::Kind node_kind(Kind kind) {
  switch (kind) {
    case Kind::source:
      return Node::Kind::source;
    case Kind::sink:
      return Node::Kind::sink;
    default:
      return Node::Kind::function;
  }
}

// "org.example.Enrich" -> "Enrich", "/pulsar/lib/enrich.jar" -> "enrich.jar"
std::string last_part(std::string_view text, char separator) {
  return std::string(text.substr(text.rfind(separator) + 1));
}

std::string code_of(const Component& component) {
  const api::ComponentSpec& spec = component.spec;
  if (!spec.class_name.empty()) {
    return last_part(spec.class_name, '.');
  }
  if (spec.golang) {
    return last_part(spec.golang->go, '/');
  }
  if (spec.generic_runtime) {
    return last_part(spec.generic_runtime->function_file, '/');
  }
  return {};
}

std::string language_of(const Component& component) {
  const api::ComponentSpec& spec = component.spec;
  if (component.kind != Kind::function) {
    return {};  // connectors are Java, all of them
  }
  if (spec.java) {
    return "Java";
  }
  if (spec.python) {
    return "Python";
  }
  if (spec.golang) {
    return "Go";
  }
  return spec.generic_runtime ? spec.generic_runtime->language : "";
}

std::string instances_of(const api::ComponentSpec& spec) {
  if (spec.max_replicas && *spec.max_replicas != spec.min_replicas.value_or(1)) {
    return "×" + std::to_string(spec.min_replicas.value_or(1)) + "–" +
           std::to_string(*spec.max_replicas);
  }
  const int replicas = spec.replicas.value_or(1);
  return replicas == 1 ? "" : "×" + std::to_string(replicas);
}

std::string joined(std::initializer_list<std::string> parts, std::string_view separator) {
  std::string result;
  for (const std::string& part : parts) {
    if (!part.empty()) {
      result += (result.empty() ? "" : std::string(separator)) + part;
    }
  }
  return result;
}

std::string counted(std::size_t count, const std::string& what) {
  if (count == 0) {
    return {};
  }
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

class Builder {
 public:
  explicit Builder(std::vector<Part> parts) : parts_(std::move(parts)) {
    for (const Part& part : parts_) {
      meshes_.insert(part.mesh);
      namespaces_.insert(part.component.metadata.namespace_);
    }
  }

  Graph build() {
    for (const Part& part : parts_) {
      add(part);
    }
    link_patterns();
    mark_external_topics();
    shorten_topics();
    graph_.title = title();
    return std::move(graph_);
  }

 private:
  void add(const Part& part) {
    const Component& component = part.component;
    const std::size_t group = group_of(component);
    const std::size_t self = add_node(component_node(part, group));
    if (component.spec.source_connector && component.kind == Kind::function) {
      graph_.edges.push_back(
          {connector(part, *component.spec.source_connector, Node::Kind::source, group), self, "",
           false});
    }
    for (const Flow& flow : flows_of(component)) {
      connect(self, flow, group);
    }
    if (component.spec.sink_connector && component.kind == Kind::function) {
      graph_.edges.push_back(
          {self, connector(part, *component.spec.sink_connector, Node::Kind::sink, group), "",
           false});
    }
  }

  void connect(std::size_t self, const Flow& flow, std::size_t group) {
    switch (flow.role) {
      case Role::reads:
        graph_.edges.push_back({topic(flow.topic, group), self, "", false});
        break;
      case Role::reads_pattern:
        graph_.edges.push_back({pattern(flow.topic, group), self, "", false});
        break;
      case Role::writes:
        graph_.edges.push_back({self, topic(flow.topic, group), "", false});
        break;
      case Role::logs:
        graph_.edges.push_back({self, topic(flow.topic, group), "log", true});
        break;
      case Role::dead_letters:
        graph_.edges.push_back({self, topic(flow.topic, group), "dead letter", true});
        break;
      case Role::late_data:
        graph_.edges.push_back({self, topic(flow.topic, group), "late data", true});
        break;
    }
  }

  Node component_node(const Part& part, std::size_t group) const {
    const Component& component = part.component;
    const api::Metadata& metadata = component.metadata;
    Node node;
    node.kind = node_kind(component.kind);
    // Names inside the one mesh that is drawn say enough; else the names of the objects.
    const bool alone = meshes_.size() == 1 && !part.mesh.empty();
    node.label = alone ? part.entry : metadata.name;
    if (namespaces_.size() > 1) {
      node.label = metadata.namespace_ + "/" + node.label;
    }
    node.detail = joined(
        {joined({language_of(component), code_of(component)}, " · "), instances_of(component.spec)},
        " ");
    node.title = std::string(api::kind_name(component.kind)) + " " + metadata.namespace_ + "/" +
                 metadata.name;
    if (!component.spec.class_name.empty()) {
      node.title += ": " + component.spec.class_name;
    }
    node.group = group;
    return node;
  }

  std::size_t connector(const Part& part, const api::Connector& connector, Node::Kind kind,
                        std::size_t group) {
    Node node;
    node.kind = kind;
    const std::string class_name = last_part(connector.class_name, '.');
    node.label = joined({connector.connector_type, class_name}, " · ");
    if (node.label.empty()) {
      node.label = "connector";
    }
    node.title = std::string("connector in the place of a topic of Function ") +
                 part.component.metadata.namespace_ + "/" + part.component.metadata.name;
    node.group = group;
    return add_node(std::move(node));
  }

  // One ConfigMap name is one Pulsar cluster, in whichever namespaces it stands.
  std::size_t group_of(const Component& component) {
    const std::string name = component.spec.pulsar ? component.spec.pulsar->pulsar_config : "";
    const auto [at, is_new] = groups_.try_emplace(name, graph_.groups.size());
    if (is_new) {
      graph_.groups.push_back({name, {}});
    }
    return at->second;
  }

  std::size_t add_node(Node node) {
    graph_.nodes.push_back(std::move(node));
    return graph_.nodes.size() - 1;
  }

  std::size_t topic(const std::string& name, std::size_t group) {
    return topic_node(topics_, Node::Kind::topic, name, group);
  }

  std::size_t pattern(const std::string& name, std::size_t group) {
    return topic_node(patterns_, Node::Kind::pattern, name, group);
  }

  using Names = std::map<std::pair<std::size_t, std::string>, std::size_t>;

  std::size_t topic_node(Names& names, Node::Kind kind, const std::string& name,
                         std::size_t group) {
    const auto [at, is_new] = names.try_emplace({group, name}, graph_.nodes.size());
    if (is_new) {
      Node node;
      node.kind = kind;
      node.label = name;
      node.title = (kind == Node::Kind::topic ? "topic " : "topics like ") + name;
      node.group = group;
      add_node(std::move(node));
    }
    return at->second;
  }

  void link_patterns() {
    for (const auto& [pattern, pattern_node] : patterns_) {
      for (const auto& [topic, topic_node] : topics_) {
        if (topic.first == pattern.first && pattern_matches(pattern.second, topic.second)) {
          graph_.edges.push_back({topic_node, pattern_node, "matches", true});
        }
      }
    }
  }

  void mark_external_topics() {
    std::vector<bool> written(graph_.nodes.size());
    std::vector<bool> read(graph_.nodes.size());
    for (const Edge& edge : graph_.edges) {
      read[edge.from] = true;
      written[edge.to] = true;
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      Node& node = graph_.nodes[i];
      if (node.kind == Node::Kind::topic && !(written[i] && read[i])) {
        node.external = true;
        node.title += written[i] ? " (nothing here reads it)" : " (nothing here writes it)";
      }
    }
  }

  void shorten_topics() {
    std::vector<std::set<std::string>> namespaces(graph_.groups.size());
    for (const Node& node : graph_.nodes) {
      if (is_topic(node)) {
        namespaces[node.group].insert(std::string(namespace_of(node.label)));
      }
    }
    for (std::size_t i = 0; i < graph_.groups.size(); ++i) {
      if (namespaces[i].size() == 1) {
        graph_.groups[i].topics_in = *namespaces[i].begin();
      }
    }
    for (Node& node : graph_.nodes) {
      if (is_topic(node)) {
        node.label = short_topic(node.label, graph_.groups[node.group].topics_in);
      }
    }
  }

  static bool is_topic(const Node& node) {
    return node.kind == Node::Kind::topic || node.kind == Node::Kind::pattern;
  }

  // Without the namespace that all share, or that is everybody's default; "tenant/namespace/topic"
  // for others.
  static std::string short_topic(const std::string& name, std::string_view shared) {
    constexpr std::string_view kScheme = "persistent://";
    const std::string_view prefix = namespace_of(name);
    if (!prefix.empty() && (prefix == shared || prefix == "persistent://public/default")) {
      return name.substr(prefix.size() + 1);
    }
    return name.starts_with(kScheme) ? name.substr(kScheme.size()) : name;
  }

  std::string title() const {
    if (meshes_.size() == 1 && !meshes_.begin()->empty()) {
      return "FunctionMesh " + *meshes_.begin();
    }
    const auto count = [&](Kind kind) {
      return static_cast<std::size_t>(std::ranges::count_if(
          parts_, [&](const Part& part) { return part.component.kind == kind; }));
    };
    const std::string text =
        joined({counted(count(Kind::source), "source"), counted(count(Kind::function), "function"),
                counted(count(Kind::sink), "sink")},
               ", ");
    return text.empty() ? "nothing to draw" : text;
  }

  std::vector<Part> parts_;
  std::set<std::string> meshes_;
  std::set<std::string> namespaces_;
  std::map<std::string, std::size_t> groups_;
  Names topics_;
  Names patterns_;
  Graph graph_;
};

}  // namespace

Graph graph_of(std::span<const api::Resource> resources) {
  Graph graph = Builder(parts_of(resources)).build();
  for (Node& node : graph.nodes) {
    node.label = node.label.empty() ? "(no name)" : one_line(node.label);
    node.detail = one_line(node.detail);
    node.title = one_line(node.title);
  }
  for (Group& group : graph.groups) {
    group.name = one_line(group.name);
    group.topics_in = one_line(group.topics_in);
  }
  graph.title = one_line(graph.title);
  return graph;
}

}  // namespace functionmesh::view
