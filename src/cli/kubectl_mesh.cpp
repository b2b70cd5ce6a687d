#include "cli/kubectl_mesh.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/mesh_target.hpp"
#include "cli/option_groups.hpp"
#include "cli/terminal.hpp"
#include "dev/kinds.hpp"
#include "view/status.hpp"

namespace functionmesh::cli {
namespace {

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

int complete_kubectl_mesh(std::vector<std::string>) {
  return kOk;
}

}  // namespace functionmesh::cli
