#include <functional>

#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/kubectl_mesh.hpp"
#include "cli/option_groups.hpp"
#include "cli/terminal.hpp"

namespace functionmesh::cli {
namespace {

using Action = std::function<int()>;

/// The command line as it is built up: commands write their options, and what to run, into it.
struct CommandLine {
  CLI::App app{
      "Pulsar Functions and connectors, composed into meshes: on this machine and on "
      "Kubernetes.",
      "functionmesh"};
  Action action;

  ValidateOptions validate;
  RenderOptions render;
  GraphOptions graph;
  CrdsOptions crds;
  OperatorOptions operator_;
  DevOptions dev;
  GetOptions get;
  DescribeOptions describe;
  LogsOptions logs;
  ScaleOptions scale;
  DeleteOptions remove;
  ApplyOptions apply;
  SendOptions send;
  TailOptions tail;
  PlanOptions plan;
  TakeoverOptions takeover;
  std::string shell;
};

void add_client(CLI::App* command, ClientOptions& options) {
  command->add_option("-n,--namespace", options.namespace_, "namespace")->capture_default_str();
  command->add_option("--state", options.state, "state folder of the running `dev`")
      ->type_name("DIR");
}

void add_offline_commands(CommandLine& line) {
  add_validate(line.app, line.validate, line.action);
  add_render(line.app, line.render, line.action);

  CLI::App* graph =
      line.app.add_subcommand("graph", "Draw topics, functions and connectors, offline");
  add_files(graph, line.graph.files);
  add_output(graph, line.graph.output, {"mermaid", "dot", "svg", "text"});
  graph->callback([&line] { line.action = [&line] { return cli::graph(line.graph); }; });

  CLI::App* crds = line.app.add_subcommand(
      "crds", "Print the CustomResourceDefinitions that a cluster needs, offline");
  crds->add_option("--kind", line.crds.kind, "only this one [all five]")
      ->check(CLI::IsMember({"Function", "Source", "Sink", "FunctionMesh", "BackendConfig"}));
  add_output(crds, line.crds.output, {"yaml", "json"});
  crds->callback([&line] { line.action = [&line] { return cli::crds(line.crds); }; });
}

void add_dev(CommandLine& line) {
  CLI::App* dev = line.app.add_subcommand("dev", "Run resources on this machine and keep them up");
  add_files(dev, line.dev.files);
  dev->add_option("--pulsar", line.dev.pulsar, "a running broker; without it one is started")
      ->type_name("pulsar://HOST:PORT");
  dev->add_option("--pulsar-web", line.dev.pulsar_web,
                  "that broker's web address [http://HOST:8080]")
      ->type_name("http://HOST:PORT")
      ->needs("--pulsar");
  dev->add_option("--state", line.dev.state, "folder for data, logs and pods; it survives")
      ->type_name("DIR");
  dev->add_option("--runner-home", line.dev.runner_home,
                  "Pulsar distribution with connectors/ and venv/")
      ->type_name("DIR")
      ->envname("FUNCTIONMESH_RUNNER_HOME");
  dev->add_option("--for", line.dev.seconds, "end by itself after so many seconds")
      ->check(CLI::PositiveNumber)
      ->type_name("SECONDS");
  dev->add_option("-o,--output", line.dev.output,
                  "table (default on a terminal) or lines (default in a pipe)")
      ->check(CLI::IsMember({"table", "lines"}));
  dev->callback([&line] { line.action = [&line] { return cli::dev(line.dev); }; });
}

/// Its flags are not ours to read: those of the reference are written in another way.
void add_operator(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("operator", "Keep resources of a cluster running");
  command->set_help_flag();
  command->prefix_command();
  command->callback([&line, command] {
    line.operator_.arguments = command->remaining();
    line.action = [&line] { return cli::run_operator(line.operator_); };
  });
}

void add_client_commands(CommandLine& line) {
  CLI::App* get = line.app.add_subcommand("get", "List what runs in `dev`");
  get->add_option("kind", line.get.kind, "fn, src, snk, mesh, pod, sts, ... [all resources]");
  get->add_option("name", line.get.name, "only this one");
  add_output(get, line.get.output, {"table", "json", "yaml"});
  add_client(get, line.get);
  get->callback([&line] { line.action = [&line] { return cli::get(line.get); }; });

  CLI::App* describe = line.app.add_subcommand("describe", "One page about one resource");
  describe->add_option("kind", line.describe.kind, "fn, src, snk, mesh, pod, ...")->required();
  describe->add_option("name", line.describe.name, "its name")->required();
  add_client(describe, line.describe);
  describe->callback([&line] { line.action = [&line] { return cli::describe(line.describe); }; });

  CLI::App* logs = line.app.add_subcommand("logs", "Print what instances wrote");
  logs->add_option("name", line.logs.name, "a component (all its instances) or a pod")->required();
  logs->add_flag("-f,--follow", line.logs.follow, "go on as more is written");
  logs->add_flag("-p,--previous", line.logs.previous, "older, rotated files too");
  logs->add_option("--tail", line.logs.tail, "only the last lines of each instance")
      ->check(CLI::NonNegativeNumber);
  add_client(logs, line.logs);
  logs->callback([&line] { line.action = [&line] { return cli::logs(line.logs); }; });

  CLI::App* scale = line.app.add_subcommand("scale", "Set how many instances a component has");
  scale->add_option("kind", line.scale.kind, "fn, src or snk")->required();
  scale->add_option("name", line.scale.name, "its name")->required();
  scale->add_option("--replicas", line.scale.replicas, "wanted instances")
      ->required()
      ->check(CLI::Range(0, 1000));
  add_client(scale, line.scale);
  scale->callback([&line] { line.action = [&line] { return cli::scale(line.scale); }; });

  CLI::App* apply = line.app.add_subcommand("apply", "Give a running `dev` more resources");
  add_files(apply, line.apply.files);
  add_client(apply, line.apply);
  apply->callback([&line] { line.action = [&line] { return cli::apply(line.apply); }; });

  CLI::App* remove = line.app.add_subcommand("delete", "Delete a resource, or those of files");
  remove->add_option("kind", line.remove.kind, "fn, src, snk, mesh, ...");
  remove->add_option("name", line.remove.name, "its name");
  remove->add_option("-f,--filename", line.remove.files, "delete what these files hold")
      ->type_name("FILE...");
  add_client(remove, line.remove);
  remove->callback([&line] { line.action = [&line] { return cli::remove(line.remove); }; });
}

void add_topic(CLI::App* command, TopicOptions& options) {
  command->add_option("topic", options.topic, "topic, or tenant/namespace/topic")->required();
  command->add_option("--pulsar", options.pulsar, "broker [that of the running `dev`]")
      ->type_name("pulsar://HOST:PORT");
  command
      ->add_option("--cluster", options.cluster,
                   "ConfigMap of the running `dev` that names another Pulsar cluster")
      ->type_name("CONFIGMAP")
      ->excludes("--pulsar");
  command->add_option("--state", options.state, "state folder of the running `dev`")
      ->type_name("DIR");
  command->add_option("--runner-home", options.runner_home, "Pulsar distribution with venv/")
      ->type_name("DIR")
      ->envname("FUNCTIONMESH_RUNNER_HOME");
}

void add_topic_commands(CommandLine& line) {
  CLI::App* send = line.app.add_subcommand("send", "Send messages to a topic");
  add_topic(send, line.send);
  send->add_option("message", line.send.messages, "messages; none: each line of standard input");
  send->add_option("--key", line.send.key, "key of each message");
  send->add_option("--count", line.send.count, "send so often; {n} becomes the number")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  send->add_option("--rate", line.send.rate, "messages a second [as fast as it goes]")
      ->check(CLI::NonNegativeNumber);
  send->callback([&line] { line.action = [&line] { return cli::send(line.send); }; });

  CLI::App* tail = line.app.add_subcommand("tail", "Print the messages of a topic as they arrive");
  add_topic(tail, line.tail);
  tail->add_option("--from", line.tail.from, "where to begin")
      ->check(CLI::IsMember({"latest", "earliest"}))
      ->capture_default_str();
  tail->add_option("-c,--count", line.tail.count, "end after so many messages")
      ->check(CLI::NonNegativeNumber);
  add_output(tail, line.tail.output, {"text", "json"});
  tail->callback([&line] { line.action = [&line] { return cli::tail(line.tail); }; });
}

void add_takeover(CommandLine& line) {
  CLI::App* takeover = line.app.add_subcommand(
      "takeover", "Say what taking a cluster over from another operator would change");
  takeover->add_flag_callback(
              "--check", [] {}, "only say it (the operator does it when it starts)")
      ->required();
  takeover
      ->add_option("-f,--filename", line.takeover.files,
                   "objects as `kubectl get -o yaml` prints them, instead of a cluster")
      ->type_name("FILE...");
  add_cluster(takeover, line.takeover);
  takeover->add_flag("-A,--all-namespaces", line.takeover.all_namespaces, "all namespaces")
      ->excludes("--namespace");
  add_operator_config(takeover, line.takeover.operator_config);
  add_output(takeover, line.takeover.output, {"text", "json"});
  takeover->callback([&line] { line.action = [&line] { return cli::takeover(line.takeover); }; });
}

void add_completion(CommandLine& line) {
  CLI::App* completion =
      line.app.add_subcommand("completion", "Print a completion script for a shell");
  completion->add_option("shell", line.shell, "the shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer("bash: source <(functionmesh completion bash)");
  completion->callback([&line] {
    line.action = [&line] {
      print(completion_script(line.app, line.shell));
      return kOk;
    };
  });
}

}  // namespace

int run(int argc, char** argv) {
  const std::string called = argc > 0 ? std::filesystem::path{argv[0]}.filename().string() : "";
  // The reference's image has it as /manager: its Deployments start us by that name.
  if (called == "manager") {
    return run_operator({.arguments = {argv + 1, argv + argc}});
  }
  if (called == "kubectl-mesh") {
    return run_kubectl_mesh({argv + 1, argv + argc});
  }
  if (called == "kubectl_complete-mesh") {
    return complete_kubectl_mesh({argv + 1, argv + argc});
  }
  CommandLine line;
  line.app.require_subcommand(1);
  line.app.set_version_flag("--version", "functionmesh " FM_VERSION);
  line.app.get_formatter()->column_width(34);
  add_offline_commands(line);
  add_operator(line);
  add_dev(line);
  add_client_commands(line);
  add_topic_commands(line);
  add_plan(line.app, line.plan, line.action);
  add_takeover(line);
  add_completion(line);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return line.app.exit(asked);
  } catch (const CLI::ParseError& error) {
    line.app.exit(error);
    return kUsage;
  }
  return line.action();
}

}  // namespace functionmesh::cli
