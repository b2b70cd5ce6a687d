#include <algorithm>
#include <array>
#include <cmath>

#include "view/graph.hpp"
#include "view/layout.hpp"
#include "view/text.hpp"

namespace functionmesh::view {
namespace {

constexpr double kLabelSize = 13;
constexpr double kDetailSize = 11;
constexpr int kLongestText = 34;  // columns
constexpr double kMargin = 28;
constexpr double kHeaderHeight = 44;
constexpr double kFramePadding = 22;
constexpr double kFrameTitleHeight = 24;
constexpr double kFrameGap = 22;
constexpr double kLegendHeight = 40;
constexpr double kTip = 12;  // what points to the right on connectors

// Colours are given twice, for light pages and dark ones; every text and line has a class.
constexpr std::string_view kStyle = R"(
.fm text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",Verdana,sans-serif}
.fm .paper{fill:#fff}
.fm .frame{fill:#f8fafc;stroke:#d5dbe5}
.fm .label{font-size:13px;font-weight:600;fill:#1b2433}
.fm .name{font-size:13px;fill:#1b2433}
.fm .detail{font-size:11px;fill:#566176}
.fm .node{stroke-width:1.4}
.fm .topic,.fm .pattern{fill:#eff2f7;stroke:#98a3b6}
.fm .function{fill:#e0ebff;stroke:#4a7fd6}
.fm .source{fill:#dff5e6;stroke:#35945a}
.fm .sink{fill:#ffead9;stroke:#cc7526}
.fm .external{stroke-dasharray:5 3}
.fm .edge{fill:none;stroke:#7c889c;stroke-width:1.4}
.fm .arrow{fill:#7c889c}
.fm .side{stroke-dasharray:1.5 4;stroke-linecap:round}
.fm .failed{stroke:#cf4a41}
.fm .failed-arrow{fill:#cf4a41}
@media (prefers-color-scheme:dark){
.fm .paper{fill:#12161d}
.fm .frame{fill:#171c25;stroke:#333c4b}
.fm .label,.fm .name{fill:#e7ecf4}
.fm .detail{fill:#a3aebf}
.fm .topic,.fm .pattern{fill:#232a35;stroke:#6b778b}
.fm .function{fill:#1b2f52;stroke:#5b8fe6}
.fm .source{fill:#173726;stroke:#45a86b}
.fm .sink{fill:#43290f;stroke:#d98a3f}
.fm .edge{stroke:#8490a4}
.fm .arrow{fill:#8490a4}
.fm .failed{stroke:#e5675e}
.fm .failed-arrow{fill:#e5675e}
}
)";

constexpr std::array<std::string_view, 5> kClasses = {"topic", "pattern", "function", "source",
                                                      "sink"};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result.push_back(c);
    }
  }
  return result;
}

// At most one decimal, the same in every locale.
std::string px(double value) {
  const std::int64_t tenths = std::llround(value * 10);
  std::string text = (tenths < 0 ? "-" : "") + std::to_string(std::abs(tenths) / 10);
  if (tenths % 10 != 0) {
    text += "." + std::to_string(std::abs(tenths) % 10);
  }
  return text;
}

std::string at(double x, double y) {
  return px(x) + " " + px(y);
}

// Advance widths in thousandths of an em, ' ' to '~', of DejaVu Sans: the widest of the usual sans
// serif fonts. The font that a reader has is hardly ever wider, and a text that is measured too
// wide only gets more room.
constexpr std::array<int, 95> kAdvance = {
    318,  401, 460, 838, 636, 950, 780, 300, 390, 390, 500, 838, 318, 361, 318, 337,  // " " to /
    636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,  // 0 to ?
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 300, 300, 656, 557, 863, 748, 787,  // @ to O
    603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 556,  // P to _
    500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,  // ` to o
    635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,       // p to ~
};

double text_width(std::string_view text, double size, bool bold) {
  double width = 0;
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    if (c >= 0x20 && c < 0x7F) {
      width += kAdvance[c - 0x20];
    } else {
      width += columns(c) == 2 ? 1100 : columns(c) == 1 ? 860 : 0;
    }
  }
  return width * size / 1000 * (bold ? 1.14 : 1.03);
}

bool is_topic(const Node& node) {
  return node.kind == Node::Kind::topic || node.kind == Node::Kind::pattern;
}

bool is_connector(const Node& node) {
  return node.kind == Node::Kind::source || node.kind == Node::Kind::sink;
}

std::string shown(std::string_view text) {
  return cut_middle(text, kLongestText);
}

Box box_of(const Node& node) {
  const double label = text_width(shown(node.label), kLabelSize, !is_topic(node));
  const double detail = text_width(shown(node.detail), kDetailSize, false);
  Box box;
  box.width = std::ceil(std::max({label, detail, 36.0})) + 28 + (is_connector(node) ? kTip : 0);
  box.height = is_topic(node) ? 30 : node.detail.empty() ? 36 : 46;
  // Even, so that centres are whole pixels.
  box.width += std::fmod(box.width, 2);
  return box;
}

std::string shape(const Node& node, const Box& box, Point centre) {
  const double left = centre.x - box.width / 2;
  const double right = centre.x + box.width / 2;
  const double top = centre.y - box.height / 2;
  const double bottom = centre.y + box.height / 2;
  std::string css = "node " + std::string(kClasses[static_cast<std::size_t>(node.kind)]);
  css += node.external ? " external" : "";
  const auto polygon = [&](const std::string& points) {
    return "<path class=\"" + css + "\" stroke-linejoin=\"round\" d=\"M" + points + "Z\"/>";
  };
  if (is_connector(node)) {
    const double shoulder = right - kTip;
    return polygon(at(left, top) + "L" + at(shoulder, top) + "L" + at(right, centre.y) + "L" +
                   at(shoulder, bottom) + "L" + at(left, bottom));
  }
  if (node.kind == Node::Kind::pattern) {
    const double in = 10;
    return polygon(at(left, centre.y) + "L" + at(left + in, top) + "L" + at(right - in, top) + "L" +
                   at(right, centre.y) + "L" + at(right - in, bottom) + "L" +
                   at(left + in, bottom));
  }
  const double radius = node.kind == Node::Kind::topic ? box.height / 2 : 8;
  return "<rect class=\"" + css + "\" x=\"" + px(left) + "\" y=\"" + px(top) + "\" width=\"" +
         px(box.width) + "\" height=\"" + px(box.height) + "\" rx=\"" + px(radius) + "\"/>";
}

std::string text_at(double x, double y, std::string_view css, std::string_view text, bool centred) {
  return "<text class=\"" + std::string(css) + "\" x=\"" + px(x) + "\" y=\"" + px(y) + "\"" +
         (centred ? " text-anchor=\"middle\"" : "") + ">" + escaped(text) + "</text>";
}

std::string draw(const Node& node, const Box& box, Point centre) {
  std::string out = "<g><title>" + escaped(node.title) + "</title>" + shape(node, box, centre);
  const double x = centre.x - (is_connector(node) ? kTip / 2 : 0);
  const bool two_lines = !is_topic(node) && !node.detail.empty();
  out += text_at(x, centre.y + (two_lines ? -3 : 4.5), is_topic(node) ? "name" : "label",
                 shown(node.label), true);
  if (two_lines) {
    out += text_at(x, centre.y + 13, "detail", shown(node.detail), true);
  }
  return out + "</g>\n";
}

std::string draw(const Edge& edge, const std::vector<Node>& nodes, const std::vector<Point>& route,
                 Point shift) {
  const bool failed = edge.label == "dead letter" || edge.label == "late data";
  std::string css = "edge";
  css += edge.dotted ? " side" : "";
  css += failed ? " failed" : "";
  std::string title = nodes[edge.from].label + " → " + nodes[edge.to].label;
  title += edge.label.empty() ? "" : " (" + edge.label + ")";
  std::string path;
  for (std::size_t i = 0; i < route.size(); ++i) {
    path += i == 0 ? "M" : i % 3 == 1 ? "C" : " ";
    path += at(route[i].x + shift.x, route[i].y + shift.y);
  }
  return "<path class=\"" + css + "\" marker-end=\"url(#" + (failed ? "fm-failed" : "fm-arrow") +
         ")\" d=\"" + path + "\"><title>" + escaped(title) + "</title></path>\n";
}

std::string marker(std::string_view id, std::string_view css) {
  return "<marker id=\"" + std::string(id) +
         "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" "
         "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"" +
         std::string(css) + "\" d=\"M0 1L10 5L0 9L2.5 5Z\"/></marker>\n";
}

/// The part of a picture that one group takes.
struct Panel {
  std::vector<std::size_t> nodes;  ///< indices in the graph
  std::vector<std::size_t> edges;
  std::vector<Box> boxes;
  Layout layout;
};

std::vector<Panel> panels_of(const Graph& graph) {
  std::vector<Panel> panels(graph.groups.size());
  std::vector<std::size_t> place(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    Panel& panel = panels[graph.nodes[i].group];
    place[i] = panel.nodes.size();
    panel.nodes.push_back(i);
    panel.boxes.push_back(box_of(graph.nodes[i]));
  }
  std::vector<std::vector<Link>> links(panels.size());
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    const Edge& edge = graph.edges[i];
    const std::size_t group = graph.nodes[edge.from].group;
    panels[group].edges.push_back(i);
    links[group].push_back({place[edge.from], place[edge.to]});
  }
  for (std::size_t i = 0; i < panels.size(); ++i) {
    panels[i].layout = lay_out(panels[i].boxes, links[i]);
  }
  return panels;
}

std::string draw(const Graph& graph, const Panel& panel, Point shift) {
  std::string out;
  for (std::size_t i = 0; i < panel.edges.size(); ++i) {
    out += draw(graph.edges[panel.edges[i]], graph.nodes, panel.layout.routes[i], shift);
  }
  for (std::size_t i = 0; i < panel.nodes.size(); ++i) {
    const Point centre = panel.layout.centres[i];
    out +=
        draw(graph.nodes[panel.nodes[i]], panel.boxes[i], {centre.x + shift.x, centre.y + shift.y});
  }
  return out;
}

std::string topics_note(const Group& group) {
  return group.topics_in.empty() ? "" : "topics in " + group.topics_in;
}

std::string frame_title(const Group& group) {
  std::string title = group.name.empty() ? "no Pulsar cluster named" : "Pulsar " + group.name;
  const std::string note = topics_note(group);
  return note.empty() ? title : title + " · " + note;
}

/// What the signs in this picture mean: those that are in it.
struct Legend {
  std::string drawing;
  double width = 0;

  static Legend of(const Graph& graph, Point start) {
    Legend legend;
    double x = start.x;
    const double y = start.y;
    const auto entry = [&](const std::string& sign, std::string_view text) {
      legend.drawing += sign + text_at(x + 30, y + 4, "detail", text, false) + "\n";
      x += 30 + std::ceil(text_width(text, kDetailSize, false)) + 18;
    };
    const auto sample = [&](std::string_view css) {
      return "<path class=\"edge " + std::string(css) + "\" d=\"M" + at(x, y) + "L" +
             at(x + 24, y) + "\"/>";
    };
    const auto any_node = [&](auto test) { return std::ranges::any_of(graph.nodes, test); };
    const auto any_edge = [&](std::string_view label) {
      return std::ranges::any_of(graph.edges,
                                 [&](const Edge& edge) { return edge.label == label; });
    };
    constexpr std::array kOrder = {Node::Kind::source, Node::Kind::topic, Node::Kind::pattern,
                                   Node::Kind::function, Node::Kind::sink};
    for (const Node::Kind kind : kOrder) {
      if (any_node([&](const Node& node) { return node.kind == kind; })) {
        Node node;
        node.kind = kind;
        const auto name = kClasses[static_cast<std::size_t>(kind)];
        entry(shape(node, {24, 14}, {x + 12, y}),
              kind == Node::Kind::pattern ? "topic pattern" : name);
      }
    }
    if (any_node([](const Node& node) { return node.external; })) {
      Node node;
      node.external = true;
      entry(shape(node, {24, 14}, {x + 12, y}), "written or read elsewhere");
    }
    if (any_edge("log") || any_edge("matches")) {
      entry(sample("side"), any_edge("matches") ? "logs, matches" : "logs");
    }
    if (any_edge("dead letter") || any_edge("late data")) {
      entry(sample("side failed"), "dead letters, late data");
    }
    legend.width = x - start.x;
    return legend;
  }
};

}  // namespace

std::string svg(const Graph& graph) {
  const std::vector<Panel> panels = panels_of(graph);
  const bool framed = graph.groups.size() > 1;
  const double inset = framed ? kFramePadding : 0;

  const std::string title = cut_middle(graph.title, 80);
  const std::string note =
      graph.groups.size() == 1 ? cut_middle(topics_note(graph.groups[0]), 80) : "";
  double inner = text_width(title, kLabelSize, true) + 16 + text_width(note, kDetailSize, false);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    inner = std::max(inner, panels[i].layout.width + 2 * inset);
    if (framed) {
      const double wide = text_width(cut_middle(frame_title(graph.groups[i]), 100), 11, false);
      inner = std::max(inner, wide + 2 * inset);
    }
  }
  const bool has_legend = !graph.nodes.empty();
  inner = std::max(inner, has_legend ? Legend::of(graph, {}).width : 0);
  const double width = std::ceil(inner) + 2 * kMargin;

  std::string body;
  double y = kMargin;
  body += text_at(kMargin, y + 6, "label", title, false) + "\n";
  if (!note.empty()) {
    const double x = kMargin + std::ceil(text_width(title, kLabelSize, true)) + 16;
    body += text_at(x, y + 6, "detail", note, false) + "\n";
  }
  y += kHeaderHeight - 12;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const Layout& layout = panels[i].layout;
    if (framed) {
      const double height = kFrameTitleHeight + layout.height + 2 * inset;
      body += "<rect class=\"frame\" x=\"" + px(kMargin) + "\" y=\"" + px(y) + "\" width=\"" +
              px(width - 2 * kMargin) + "\" height=\"" + px(height) + "\" rx=\"10\"/>\n";
      body += text_at(kMargin + inset, y + 24, "detail",
                      cut_middle(frame_title(graph.groups[i]), 100), false) +
              "\n";
      y += kFrameTitleHeight + inset;
    }
    body += draw(graph, panels[i], {kMargin + inset, y});
    y += layout.height + inset + (framed && i + 1 < panels.size() ? kFrameGap : 0);
  }
  if (has_legend) {
    body += Legend::of(graph, {kMargin, y + kLegendHeight - 10}).drawing;
    y += kLegendHeight;
  }
  const double height = std::ceil(y) + kMargin - 8;

  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fm\" role=\"img\" width=\"" +
                    px(width) + "\" height=\"" + px(height) + "\" viewBox=\"0 0 " + px(width) +
                    " " + px(height) + "\">\n";
  out += "<title>" + escaped(graph.title) + "</title>\n<style>" + std::string(kStyle) +
         "</style>\n<defs>\n" + marker("fm-arrow", "arrow") + marker("fm-failed", "failed-arrow") +
         "</defs>\n";
  out += "<rect class=\"paper\" width=\"" + px(width) + "\" height=\"" + px(height) +
         "\" rx=\"8\"/>\n";
  return out + body + "</svg>\n";
}

}  // namespace functionmesh::view
