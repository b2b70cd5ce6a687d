#include "cli/option_groups.hpp"

namespace functionmesh::cli {

void add_files(CLI::App* command, std::vector<std::string>& files) {
  command->add_option("-f,--filename", files, "YAML or JSON file, folder, or - for standard input")
      ->required()
      ->type_name("FILE...");
}

void add_output(CLI::App* command, std::string& output, std::vector<std::string> formats) {
  command->add_option("-o,--output", output, "output format")
      ->check(CLI::IsMember(std::move(formats)))
      ->capture_default_str();
}

void add_cluster(CLI::App* command, ClusterOptions& options) {
  command->add_option("-n,--namespace", options.namespace_, "namespace [that of the context]");
  command->add_option("--kubeconfig", options.kubeconfig, "how to reach the cluster")
      ->type_name("FILE");
  command->add_option("--context", options.context, "context of the kubeconfig");
}

void add_operator_config(CLI::App* command, std::string& file) {
  command->add_option("--operator-config", file, "settings that the operator has")
      ->type_name("FILE");
}

void add_validate(CLI::App& app, ValidateOptions& options, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand("validate", "Check resource files, offline");
  add_files(command, options.files);
  add_output(command, options.output, {"text", "json"});
  command->callback([&] { action = [&] { return validate(options); }; });
}

void add_render(CLI::App& app, RenderOptions& options, std::function<int()>& action) {
  CLI::App* command =
      app.add_subcommand("render", "Print the Kubernetes objects that resources become, offline");
  add_files(command, options.files);
  add_operator_config(command, options.operator_config);
  add_output(command, options.output, {"yaml", "json"});
  command->callback([&] { action = [&] { return render(options); }; });
}

void add_plan(CLI::App& app, PlanOptions& options, std::function<int()>& action) {
  CLI::App* command = app.add_subcommand(
      "plan", "Say what applying files to a cluster would change, without doing it");
  add_files(command, options.files);
  add_cluster(command, options);
  add_operator_config(command, options.operator_config);
  command
      ->add_option("--pulsar-web", options.pulsar_web,
                   "where Pulsar's admin API is reached from here [as the ConfigMaps say]")
      ->type_name("http://HOST:PORT");
  add_output(command, options.output, {"text", "json"});
  command->footer(
      "Exit code: 0 nothing would change, 3 something would, 1 it would not work as the files say, "
      "or cannot be said, 2 the command line is wrong. Nothing is ever written.");
  command->callback([&] { action = [&] { return plan(options); }; });
}

}  // namespace functionmesh::cli
