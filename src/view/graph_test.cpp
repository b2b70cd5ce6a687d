#include "view/graph.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/yaml.hpp"

namespace functionmesh::view {
namespace {

std::vector<api::Resource> resources(std::string_view yaml) {
  std::vector<api::Resource> result;
  const auto documents = base::parse_yaml(yaml, "test.yaml");
  EXPECT_TRUE(documents.has_value()) << documents.error();
  for (const base::YamlDocument& document : *documents) {
    result.push_back(api::decode(document.value).resource);
  }
  return result;
}

Graph graph(std::string_view yaml) {
  return graph_of(resources(yaml));
}

// A Function of this name and these parts of its spec.
std::string function(const std::string& name, const std::string& spec) {
  return "---\nkind: Function\nmetadata: {name: " + name +
         "}\nspec: {className: org.example.Step, java: {jar: a.jar}, " + spec + "}\n";
}

std::set<std::string> edges(const Graph& graph) {
  std::set<std::string> result;
  for (const Edge& edge : graph.edges) {
    const std::string label = edge.label.empty() ? "" : " (" + edge.label + ")";
    result.insert(graph.nodes[edge.from].label + (edge.dotted ? " ..> " : " -> ") +
                  graph.nodes[edge.to].label + label);
  }
  return result;
}

std::set<std::string> external(const Graph& graph) {
  std::set<std::string> result;
  for (const Node& node : graph.nodes) {
    if (node.external) {
      result.insert(node.label);
    }
  }
  return result;
}

const Node& node(const Graph& graph, std::string_view label) {
  for (const Node& node : graph.nodes) {
    if (node.label == label) {
      return node;
    }
  }
  ADD_FAILURE() << "no node " << label;
  return graph.nodes.front();
}

TEST(Graph, LinksComponentsByTheirTopics) {
  const Graph g = graph(function("f", "input: {topics: [in]}, output: {topic: mid}") +
                        function("g",
                                 "input: {topics: ['persistent://public/default/mid']}, "
                                 "output: {topic: public/default/out}"));
  EXPECT_EQ(edges(g), (std::set<std::string>{"in -> f", "f -> mid", "mid -> g", "g -> out"}));
  EXPECT_EQ(external(g), (std::set<std::string>{"in", "out"}));
  EXPECT_EQ(g.title, "2 functions");
}

TEST(Graph, ReadsEveryKindOfInput) {
  const Graph g = graph(
      function("f",
               "input: {topics: [a], customSerdeSources: {b: x}, customSchemaSources: {c: y}, "
               "topicPattern: 'p.*', sourceSpecs: {a: {}, d: {}, 'q.*': {isRegexPattern: "
               "true}}}, output: {topic: p-out}"));
  EXPECT_EQ(edges(g), (std::set<std::string>{"a -> f", "b -> f", "c -> f", "d -> f", "p.* -> f",
                                             "q.* -> f", "f -> p-out", "p-out ..> p.* (matches)"}));
  EXPECT_EQ(node(g, "p.*").kind, Node::Kind::pattern);
}

TEST(Graph, DotsWhatIsNotTheStreamOfMessages) {
  const Graph g = graph(
      function("f",
               "input: {topics: [a]}, logTopic: logs, maxMessageRetry: 2, deadLetterTopic: failed, "
               "windowConfig: {windowLengthCount: 5, lateDataTopic: late}"));
  EXPECT_EQ(edges(g),
            (std::set<std::string>{"a -> f", "f ..> logs (log)", "f ..> failed (dead letter)",
                                   "f ..> late (late data)"}));
}

TEST(Graph, KnowsTheDeadLetterTopicThatRetriesGetByDefault) {
  const std::string spec = "input: {topics: [a]}, maxMessageRetry: 2";
  EXPECT_TRUE(
      edges(graph(function("f", spec))).contains("f ..> public-default-f-DLQ (dead letter)"));
  EXPECT_EQ(edges(graph(function("f", spec + ", subscriptionName: s"))).size(), 1U);
}

TEST(Graph, DrawsConnectorsInThePlaceOfTopics) {
  const Graph g = graph(function("f",
                                 "sourceConfig: {sourceType: kafka}, sinkConfig: {className: "
                                 "org.example.JdbcSink}"));
  EXPECT_EQ(edges(g), (std::set<std::string>{"kafka -> f", "f -> JdbcSink"}));
  EXPECT_EQ(node(g, "kafka").kind, Node::Kind::source);
  EXPECT_EQ(node(g, "JdbcSink").kind, Node::Kind::sink);
}

TEST(Graph, KeepsPulsarClustersApart) {
  const Graph g =
      graph(function("f", "pulsar: {pulsarConfig: a}, output: {topic: t}, input: {topics: [x]}") +
            function("g", "pulsar: {pulsarConfig: b}, input: {topics: [t]}"));
  ASSERT_EQ(g.groups.size(), 2U);
  EXPECT_EQ(g.groups[0].name, "a");
  EXPECT_EQ(g.groups[1].name, "b");
  EXPECT_EQ(g.nodes.size(), 5U) << "each cluster has a topic t of its own";
  for (const Edge& edge : g.edges) {
    EXPECT_EQ(g.nodes[edge.from].group, g.nodes[edge.to].group);
  }
}

TEST(Graph, LeavesTheNamespaceOutThatAllTopicsShare) {
  const Graph shared =
      graph(function("f", "input: {topics: [acme/a/x]}, output: {topic: acme/a/y}"));
  EXPECT_EQ(edges(shared), (std::set<std::string>{"x -> f", "f -> y"}));
  EXPECT_EQ(shared.groups[0].topics_in, "persistent://acme/a");

  const Graph mixed = graph(function(
      "f", "input: {topics: [acme/a/x, plain]}, output: {topic: 'non-persistent://acme/a/y'}"));
  EXPECT_EQ(edges(mixed), (std::set<std::string>{"acme/a/x -> f", "plain -> f",
                                                 "f -> non-persistent://acme/a/y"}));
  EXPECT_EQ(mixed.groups[0].topics_in, "");
  EXPECT_EQ(node(mixed, "acme/a/x").title, "topic persistent://acme/a/x (nothing here writes it)");
}

TEST(Graph, TakesTheLastOfTwoWithOneName) {
  const Graph g =
      graph(function("f", "input: {topics: [a]}") + function("f", "input: {topics: [b]}"));
  EXPECT_EQ(edges(g), (std::set<std::string>{"b -> f"}));
}

TEST(Graph, CallsMeshEntriesByTheirObjectsWhereTheyAreNotAlone) {
  const std::string mesh =
      "---\nkind: FunctionMesh\nmetadata: {name: m}\nspec: {functions: [{name: f, className: c, "
      "java: {jar: j}}]}\n";
  EXPECT_EQ(graph(mesh).nodes[0].label, "f");
  EXPECT_EQ(graph(mesh).title, "FunctionMesh default/m");
  EXPECT_EQ(graph(mesh + function("g", "")).nodes[0].label, "m-f");
}

TEST(Graph, TakesAnything) {
  for (const char* yaml : {"kind: Function", "{kind: Function, spec: 7, metadata: []}",
                           "{kind: FunctionMesh, spec: {functions: [1, {}, {name: ''}]}}",
                           "{kind: Sink, metadata: {name: s}, spec: {input: {topics: ['', '/', "
                           "'://', 'a/b', 'x://y/z']}}}"}) {
    const Graph g = graph(yaml);
    EXPECT_FALSE(svg(g).empty());
    EXPECT_FALSE(dot(g).empty());
    EXPECT_FALSE(mermaid(g).empty());
  }
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the pictures look like, as data: testdata/NAME/mesh.yaml and the three texts beside it.
// FM_UPDATE_TESTDATA=1 writes them anew. Runs at the top of the repository.
TEST(GraphText, IsAsInTestdata) {
  const std::filesystem::path folder = "src/view/testdata";  // ctest runs at the top
  const bool update = std::getenv("FM_UPDATE_TESTDATA") != nullptr;
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Graph g = graph(read(entry.path() / "mesh.yaml"));
    for (const auto& [name, text] :
         {std::pair{"graph.mmd", mermaid(g)}, std::pair{"graph.dot", dot(g)},
          std::pair{"graph.svg", svg(g)}}) {
      const auto file = entry.path() / name;
      if (update) {
        std::ofstream(file, std::ios::binary) << text;
      }
      EXPECT_EQ(text, read(file)) << file;
      ++cases;
    }
  }
  EXPECT_GE(cases, 15);
}

TEST(GraphText, IsTheSameEveryTime) {
  const std::string yaml = function("f", "input: {topics: [a, b]}, output: {topic: c}") +
                           function("g", "input: {topics: [c]}, output: {topic: a}");
  EXPECT_EQ(svg(graph(yaml)), svg(graph(yaml)));
  EXPECT_EQ(mermaid(graph(yaml)), mermaid(graph(yaml)));
  EXPECT_EQ(dot(graph(yaml)), dot(graph(yaml)));
}

// The text of a Mermaid label must not hold what Mermaid, Markdown or HTML read as their own.
TEST(GraphText, KeepsSpecialCharactersOutOfMermaid) {
  Graph g;
  g.groups.resize(1);
  g.nodes.resize(1);
  g.nodes[0].label = "\"]) --> x <b>&amp; `c` *i* _u_ 1. 2 #35; {} | \\ ; %%{init}%%";
  const std::string text = mermaid(g);
  const std::size_t begin = text.find("([\"") + 3;
  const std::size_t end = text.find("\"])", begin);
  std::string label = text.substr(begin, end - begin);
  EXPECT_TRUE(label.starts_with("#34;#93;#41;")) << label;
  for (std::size_t at; (at = label.find('#')) != std::string::npos;) {
    const std::size_t close = label.find(';', at);
    ASSERT_NE(close, std::string::npos);
    label.erase(at, close + 1 - at);
  }
  EXPECT_EQ(label.find_first_of("\"<>&`*_[](){}|\\;%#"), std::string::npos) << label;
}

TEST(GraphText, KeepsSpecialCharactersOutOfDotAndSvg) {
  Graph g;
  g.groups.resize(1);
  g.nodes.resize(1);
  g.nodes[0].label = R"(a"b\N<c>&lt;)";
  g.nodes[0].title = g.nodes[0].label;
  EXPECT_TRUE(dot(g).contains(R"(label="a\"b\\N<c>&amp;lt;")")) << dot(g);
  EXPECT_TRUE(svg(g).contains(R"(>a&quot;b\N&lt;c&gt;&amp;lt;</text>)")) << svg(g);
}

TEST(Outline, FollowsTheMessagesAndEndsInCircles) {
  const std::string last = function("last", "input: {topics: [mid]}, output: {topic: end}");
  const std::string first =
      function("first", "input: {topics: [in, more]}, output: {topic: mid}, logTopic: l");
  EXPECT_EQ(
      outline(graph(last + first)),
      (std::vector<std::string>{"in, more -> first -> mid   (log: l)", "mid -> last -> end"}));
  const std::string a = function("a", "input: {topics: [x]}, output: {topic: y}");
  const std::string b = function("b", "input: {topics: [y]}, output: {topic: x}");
  EXPECT_EQ(outline(graph(a + b)).size(), 2);
}

}  // namespace
}  // namespace functionmesh::view
