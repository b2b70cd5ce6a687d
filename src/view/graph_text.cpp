#include <array>
#include <cctype>

#include "view/graph.hpp"
#include "view/text.hpp"

namespace functionmesh::view {
namespace {

constexpr int kLongestLabel = 48;

std::string number(std::size_t value) {
  return std::to_string(value);
}

/// How each kind of node is drawn, in the order of Node::Kind. The colours carry dark text on any
/// page.
struct Look {
  const char* name;
  const char* open;  ///< Mermaid's brackets
  const char* close;
  const char* shape;  ///< Graphviz' shape
  const char* fill;
  const char* stroke;
};

constexpr std::array<Look, 5> kLooks = {{
    {"topic", "([", "])", "box", "#eef1f6", "#8590a3"},
    {"pattern", "{{", "}}", "hexagon", "#eef1f6", "#8590a3"},
    {"function", "[", "]", "box", "#dbe8ff", "#3f74cc"},
    {"source", "[/", "\\]", "cds", "#dcf3e3", "#2f8a50"},
    {"sink", "[\\", "/]", "cds", "#fde7d5", "#c06a1e"},
}};

const Look& look_of(const Node& node) {
  return kLooks[static_cast<std::size_t>(node.kind)];
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned char>(c) & 0x80);
}

// Mermaid's quoted text knows "#35;" for any character. Everything that it, Markdown (which it
// looks for in labels) or HTML could take for more than itself is written so.
std::string mermaid_text(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside_word =
        i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    const bool plain = is_word(c) || std::string_view(" /:,=@").contains(c) ||
                       (std::string_view("-_.").contains(c) && inside_word);
    if (plain) {
      result.push_back(c);
    } else {
      result += "#" + std::to_string(static_cast<int>(c)) + ";";
    }
  }
  return result;
}

std::string mermaid_node(const Node& node, std::size_t index) {
  const Look& look = look_of(node);
  std::string label = mermaid_text(cut_middle(node.label, kLongestLabel));
  if (!node.detail.empty()) {
    label += "<br>" + mermaid_text(cut_middle(node.detail, kLongestLabel));
  }
  return "n" + number(index) + look.open + "\"" + label + "\"" + look.close + ":::" + look.name;
}

std::string dot_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result.push_back('\\');
      result.push_back(c);
    } else if (c == '&') {
      result += "&amp;";  // Graphviz reads HTML's entities in any text
    } else {
      result.push_back(c);
    }
  }
  return result;
}

std::string quoted(std::string_view text) {
  return "\"" + dot_text(text) + "\"";
}

std::string dot_node(const Node& node, std::size_t index) {
  const Look& look = look_of(node);
  std::string label = dot_text(cut_middle(node.label, kLongestLabel));
  if (!node.detail.empty()) {
    label += "\\n" + dot_text(cut_middle(node.detail, kLongestLabel));
  }
  std::string style = "filled";
  if (node.kind == Node::Kind::topic || node.kind == Node::Kind::function) {
    style += ",rounded";
  }
  if (node.external) {
    style += ",dashed";
  }
  return "n" + number(index) + " [label=\"" + label + "\", tooltip=" + quoted(node.title) +
         ", shape=" + look.shape + ", style=" + quoted(style) + ", fillcolor=" + quoted(look.fill) +
         ", color=" + quoted(look.stroke) + "];\n";
}

std::string group_name(const Group& group) {
  std::string name = group.name.empty() ? "no Pulsar cluster named" : "Pulsar " + group.name;
  if (!group.topics_in.empty() && group.topics_in != "persistent://public/default") {
    name += " · topics in " + group.topics_in;
  }
  return name;
}

}  // namespace

std::string mermaid(const Graph& graph) {
  std::string text = "flowchart LR\n";
  text += "  %% " + graph.title + "\n";
  const bool framed = graph.groups.size() > 1;
  for (std::size_t group = 0; group < graph.groups.size(); ++group) {
    if (framed) {
      text += "  subgraph g" + number(group) + "[\"" +
              mermaid_text(group_name(graph.groups[group])) + "\"]\n";
    } else if (!graph.groups[group].topics_in.empty()) {
      text += "  %% topics are in " + graph.groups[group].topics_in + "\n";
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      if (graph.nodes[i].group == group) {
        text += (framed ? "    " : "  ") + mermaid_node(graph.nodes[i], i) + "\n";
      }
    }
    text += framed ? "  end\n" : "";
  }
  for (const Edge& edge : graph.edges) {
    text += "  n" + number(edge.from) + (edge.dotted ? " -.->" : " -->");
    text += edge.label.empty() ? "" : "|\"" + mermaid_text(edge.label) + "\"|";
    text += " n" + number(edge.to) + "\n";
  }

  std::array<bool, kLooks.size()> used{};
  std::string external;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    used[static_cast<std::size_t>(graph.nodes[i].kind)] = true;
    if (graph.nodes[i].external) {
      external += (external.empty() ? "" : ",") + std::string("n") + number(i);
    }
  }
  for (std::size_t kind = 0; kind < kLooks.size(); ++kind) {
    if (used[kind]) {
      text += std::string("  classDef ") + kLooks[kind].name + " fill:" + kLooks[kind].fill +
              ",stroke:" + kLooks[kind].stroke + ",color:#1b2433\n";
    }
  }
  if (!external.empty()) {
    text += "  classDef external stroke-dasharray:4 3\n  class " + external + " external\n";
  }
  return text;
}

std::string dot(const Graph& graph) {
  std::string text = "digraph mesh {\n";
  const bool framed = graph.groups.size() > 1;
  std::string title = graph.title;
  if (graph.groups.size() == 1 && !graph.groups[0].topics_in.empty()) {
    title += " · topics in " + graph.groups[0].topics_in;
  }
  text += "  graph [rankdir=LR, label=" + quoted(title) +
          ", labelloc=t, fontname=\"sans-serif\", fontsize=12, nodesep=0.25, ranksep=0.6];\n";
  text += "  node [fontname=\"sans-serif\", fontsize=11, fontcolor=\"#1b2433\", height=0.4];\n";
  text += "  edge [fontname=\"sans-serif\", fontsize=9, color=\"#5d6878\", arrowsize=0.7];\n";
  for (std::size_t group = 0; group < graph.groups.size(); ++group) {
    if (framed) {
      text += "  subgraph cluster_" + number(group) +
              " {\n    label=" + quoted(group_name(graph.groups[group])) +
              ";\n    style=\"rounded\";\n    color=\"#8590a3\";\n";
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      if (graph.nodes[i].group == group) {
        text += (framed ? "    " : "  ") + dot_node(graph.nodes[i], i);
      }
    }
    text += framed ? "  }\n" : "";
  }
  for (const Edge& edge : graph.edges) {
    text += "  n" + number(edge.from) + " -> n" + number(edge.to);
    if (edge.dotted) {
      text += " [style=dotted, label=" + quoted(edge.label) + "]";
    }
    text += ";\n";
  }
  return text + "}\n";
}

}  // namespace functionmesh::view
