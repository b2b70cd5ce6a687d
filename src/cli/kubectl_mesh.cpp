#include "cli/kubectl_mesh.hpp"

#include <algorithm>

#include "cli/mesh_target.hpp"
#include "cli/option_groups.hpp"
#include "cli/terminal.hpp"
#include "dev/kinds.hpp"
#include "view/status.hpp"

namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using Action = std::function<int()>;

struct CommandLine {
  CLI::App app{"Function meshes: what runs, how it is, and what a change would do", "kubectl mesh"};
  Action action;

  MeshGetOptions get;
  MeshDescribeOptions describe;
  MeshLogsOptions logs;
  MeshGraphOptions graph;
  TargetOptions restart;
  TargetOptions pause;
  TargetOptions resume;
  PlanOptions plan;
  ValidateOptions validate;
  RenderOptions render;
};

CLI::Option* add_target(CLI::App* command, TargetOptions& options, const std::string& what) {
  add_cluster(command, options);
  return command
      ->add_option("target", options.target,
                   what + ": KIND NAME, KIND/NAME or NAME; kinds are mesh, fn, src, snk")
      ->expected(1, 2)
      ->type_name("");
}

void add_showing(CommandLine& line) {
  CLI::App* get = line.app.add_subcommand("get", "List resources and how they are");
  add_target(get, line.get, "only these (pod, sts, ... too)");
  get->add_flag("-A,--all-namespaces", line.get.all_namespaces, "all namespaces")
      ->excludes("--namespace");
  add_output(get, line.get.output, {"table", "json", "yaml"});
  get->callback([&line] { line.action = [&line] { return mesh_get(line.get); }; });

  CLI::App* describe = line.app.add_subcommand(
      "describe", "One page: graph, parts, rates, backlog, instances, events");
  add_target(describe, line.describe, "which")->required();
  describe
      ->add_option("--pulsar-web", line.describe.pulsar_web,
                   "where Pulsar's admin API is reached from here [as the ConfigMaps say]")
      ->type_name("http://HOST:PORT");
  describe->callback([&line] { line.action = [&line] { return mesh_describe(line.describe); }; });

  CLI::App* graph = line.app.add_subcommand("graph", "Draw topics, functions and connectors");
  add_target(graph, line.graph, "only these");
  graph->add_option("-f,--filename", line.graph.files, "draw files instead, offline")
      ->type_name("FILE...");
  add_output(graph, line.graph.output, {"text", "mermaid", "dot", "svg"});
  graph->callback([&line] { line.action = [&line] { return mesh_graph(line.graph); }; });
}

void add_logs(CommandLine& line) {
  CLI::App* logs = line.app.add_subcommand("logs", "Print what all instances wrote");
  MeshLogsOptions& options = line.logs;
  add_target(logs, options, "whose (pod too)")->required();
  logs->add_flag("-f,--follow", options.follow, "go on as more is written, by new instances too");
  logs->add_flag("-p,--previous", options.previous, "of the containers before these")
      ->excludes("--follow");
  logs->add_option("--since", options.since, "only what is younger: 30s, 5m, 1h30m")
      ->type_name("TIME");
  logs->add_option("--tail", options.tail, "only the last lines of each instance")
      ->check(CLI::NonNegativeNumber);
  logs->add_flag("--timestamps", options.timestamps, "when each line was written");
  logs->add_option("-c,--container", options.container, "another one than the instance's own");
  logs->callback([&line] { line.action = [&line] { return mesh_logs(line.logs); }; });
}

void add_changing(CommandLine& line) {
  const auto add = [&line](const char* name, const char* what, TargetOptions& options,
                           MeshChange change) {
    CLI::App* command = line.app.add_subcommand(name, what);
    add_target(command, options, "which")->required();
    command->callback([&line, &options, change] {
      line.action = [&options, change] { return mesh_change(options, change); };
    });
  };
  add("restart", "Restart instances, one after the other", line.restart, MeshChange::restart);
  add("pause", "Keep what is not a change of the spec from instances", line.pause,
      MeshChange::pause);
  add("resume", "Take that back", line.resume, MeshChange::resume);
}

void fill(CommandLine& line) {
  line.app.require_subcommand(1);
  line.app.set_version_flag("--version", "functionmesh " FM_VERSION);
  line.app.get_formatter()->column_width(34);
  add_showing(line);
  add_logs(line);
  add_plan(line.app, line.plan, line.action);
  add_changing(line);
  add_validate(line.app, line.validate, line.action);
  add_render(line.app, line.render, line.action);
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words.push_back("--" + name);
    }
  }
  return words;
}

/// The value of an option among the words that are there already.
std::string value_of(const std::vector<std::string>& words,
                     std::initializer_list<std::string> names) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (std::ranges::find(names, words[i]) != names.end()) {
      return words[i + 1];
    }
  }
  return {};
}

asio::awaitable<int> collect_names(Session& session, const std::string& kind,
                                   std::vector<std::string>& words) {
  const auto found = co_await session.reader.list({.kind = kind, .namespace_ = session.namespace_});
  for (const cluster::Object& object : found ? *found : std::vector<cluster::Object>{}) {
    words.push_back(view::name_of(*object));
  }
  co_return kOk;
}

/// The words behind the command that are neither options nor their values.
std::vector<std::string> positionals_of(const CLI::App& command,
                                        const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with('-')) {
      words.push_back(arguments[i]);
      continue;
    }
    const CLI::Option* option = command.get_option_no_throw(arguments[i]);
    i += option != nullptr && option->get_items_expected_max() > 0 ? 1 : 0;
  }
  return words;
}

/// Kinds, and after a kind the names that there are.
std::vector<std::string> targets_for(const CLI::App& command,
                                     const std::vector<std::string>& arguments) {
  if (command.get_option_no_throw("target") == nullptr) {
    return {};
  }
  const std::vector<std::string> said = positionals_of(command, arguments);
  if (said.empty()) {
    return {"mesh", "fn", "src", "snk"};
  }
  const auto kind = dev::kind_meant(said.front());
  std::vector<std::string> words;
  ClusterOptions options;
  options.kubeconfig = value_of(arguments, {"--kubeconfig"});
  options.context = value_of(arguments, {"--context"});
  options.namespace_ = value_of(arguments, {"-n", "--namespace"});
  if (kind && access_of(options)) {
    with_cluster(options, [&](Session& session) { return collect_names(session, *kind, words); });
  }
  return words;
}

}  // namespace

int run_kubectl_mesh(std::vector<std::string> arguments) {
  CommandLine line;
  fill(line);
  std::ranges::reverse(arguments);  // as CLI11 takes them
  try {
    line.app.parse(std::move(arguments));
  } catch (const CLI::Success& asked) {  // --help, --version
    return line.app.exit(asked);
  } catch (const CLI::ParseError& error) {
    line.app.exit(error);
    return kUsage;
  }
  return line.action();
}

int complete_kubectl_mesh(std::vector<std::string> arguments) {
  CommandLine line;
  fill(line);
  const std::string begun = arguments.empty() ? std::string{} : arguments.back();
  if (!arguments.empty()) {
    arguments.pop_back();
  }
  std::vector<std::string> words;
  if (arguments.empty()) {
    for (const CLI::App* command : line.app.get_subcommands({})) {
      words.push_back(command->get_name());
    }
  } else {
    for (const CLI::App* command : line.app.get_subcommands({})) {
      if (command->get_name() == arguments.front()) {
        words = begun.starts_with('-') ? options_of(*command) : targets_for(*command, arguments);
      }
    }
  }
  for (const std::string& word : words) {
    if (word.starts_with(begun)) {
      print(word + "\n");
    }
  }
  print(words.empty() ? ":0\n" : ":4\n");  // files, or nothing else
  return kOk;
}

}  // namespace functionmesh::cli
