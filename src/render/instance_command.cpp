#include "render/instance_command.hpp"

#include "base/shell.hpp"
#include "render/connection.hpp"
#include "render/download.hpp"
#include "render/function_details.hpp"
#include "render/log_config.hpp"

namespace functionmesh::render {
namespace {

std::vector<std::string> runtime_commands(const Context& context) {
  switch (context.runtime) {
    case Runtime::java:
      return java_commands(context);
    case Runtime::python:
      return python_commands(context);
    case Runtime::golang:
      return go_commands(context);
    case Runtime::generic:
      return generic_commands(context);
    case Runtime::none:
      break;
  }
  return {};
}

std::string_view generic_secrets_provider(std::string_view language) {
  if (language == "python") {
    return "secrets_provider.EnvironmentBasedSecretsProvider";
  }
  if (language == "nodejs") {
    return "EnvironmentBasedSecretsProvider";
  }
  return {};
}

}  // namespace

api::JsonArray instance_command(const Context& context) {
  if (context.runtime == Runtime::none) {
    return {};
  }
  std::vector<std::string> commands;
  if (std::string download = download_in_container(context); !download.empty()) {
    commands.push_back(std::move(download));
  }
  commands.emplace_back("SHARD_ID=${POD_NAME##*-}");
  commands.emplace_back("echo shardId=${SHARD_ID}");
  for (std::string& command : runtime_commands(context)) {
    if (!command.empty()) {
      commands.push_back(std::move(command));
    }
  }
  const std::string_view shell = context.runtime == Runtime::generic ? "sh" : "bash";
  return {shell, "-c", and_then(commands)};
}

std::vector<std::string> python_commands(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  ShellLine line{"exec python /pulsar/instances/python-instance/python_instance_main.py"};
  line.option("--py", package_path(context))
      .raw("--logging_directory logs/functions")
      .raw_option("--logging_file", base::shell_quote(spec.name) + "-\"${SHARD_ID}\".log")
      .raw_option("--logging_config_file", kPythonLogConfig)
      .raw("--install_usercode_dependencies true");
  add_instance_options(line, context);
  add_secrets_provider(line, spec, "secretsprovider.EnvironmentBasedSecretsProvider");
  add_state_store(line, spec);
  return {write_python_log_config(context), line.text()};
}

std::vector<std::string> generic_commands(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const std::string& language = spec.generic_runtime->language;
  ShellLine line{"exec pulsar_rust_instance"};
  line.option("--function_file", package_path(context)).option("--language", language);
  add_instance_options(line, context);
  add_secrets_provider(line, spec, generic_secrets_provider(language));
  add_state_store(line, spec);
  return {line.text()};
}

void add_instance_options(ShellLine& line, const Context& context) {
  line.raw("--instance_id ${SHARD_ID}")
      .raw_option("--function_id",
                  "${SHARD_ID}-" + base::shell_quote(context.component.metadata.uid))
      .raw("--function_version 0")
      .option("--function_details", function_details(context))
      .raw("--pulsar_serviceurl \"$brokerServiceURL\"")
      .raw("--max_buffered_tuples 100")
      .raw("--port 9093")
      .raw("--metrics_port 9094")
      .raw("--expected_healthcheck_interval 0")
      .option("--cluster_name", context.spec.cluster_name);
  add_instance_connection(line, messaging_connection(context.spec));
}

void add_secrets_provider(ShellLine& line, const api::ComponentSpec& spec,
                          std::string_view class_name) {
  if (spec.secrets_map && !spec.secrets_map->empty() && !class_name.empty()) {
    line.option("--secrets_provider", class_name);
  }
}

void add_state_store(ShellLine& line, const api::ComponentSpec& spec) {
  if (spec.stateful_config && spec.stateful_config->pulsar) {
    line.option("--state_storage_serviceurl", spec.stateful_config->pulsar->service_url);
  }
}

}  // namespace functionmesh::render
