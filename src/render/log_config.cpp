#include "render/log_config.hpp"

#include "render/shell_line.hpp"

namespace functionmesh::render {
namespace {

constexpr std::string_view kJavaDirectory = "/pulsar/conf/java-log/";
constexpr std::string_view kPythonDirectory = "/pulsar/conf/python-log/";

Rotation rotation_of(std::string_view policy) {
  struct Named {
    std::string_view name;
    Rotation rotation;
  };
  for (const auto& [name, rotation] : {
           Named{"TimedPolicyWithDaily", Rotation::daily},
           Named{"TimedPolicyWithWeekly", Rotation::weekly},
           Named{"TimedPolicyWithMonthly", Rotation::monthly},
           Named{"SizedPolicyWith10MB", Rotation::size_10mb},
           Named{"SizedPolicyWith50MB", Rotation::size_50mb},
           Named{"SizedPolicyWith100MB", Rotation::size_100mb},
       }) {
    if (name == policy) {
      return rotation;
    }
  }
  return Rotation::none;
}

bool is_yaml(const api::ComponentSpec& spec) {
  const api::RuntimeLog* log = log_of(spec, Runtime::java);
  return log != nullptr && log->java_log4j_config_file_type == "yaml";
}

std::string log4j_file(const api::ComponentSpec& spec) {
  return is_yaml(spec) ? "java_instance_log4j.yaml" : "java_instance_log4j.xml";
}

}  // namespace

LogChoice log_choice(const Context& context) {
  LogChoice choice;
  if (const api::RuntimeLog* log = log_of(context.spec, context.runtime)) {
    choice.level = log->level;
    choice.json = log->format == "json";
    choice.rotation = rotation_of(log->rotate_policy);
  }
  if (choice.rotation == Rotation::none && logs_by_sidecar(context.spec)) {
    choice.rotation = Rotation::size_10mb;
  }
  return choice;
}

std::optional<MountedLogConfig> mounted_log_config(const Context& context) {
  const api::RuntimeLog* log = log_of(context.spec, context.runtime);
  if (log == nullptr || !log->log_config) {
    return std::nullopt;
  }
  const auto& [name, key] = *log->log_config;
  if (context.runtime == Runtime::java) {
    return MountedLogConfig{.volume = volume_name(name + "-java-log-conf"),
                            .config_map = name,
                            .key = key,
                            .directory = std::string{kJavaDirectory},
                            .file = log4j_file(context.spec)};
  }
  if (context.runtime == Runtime::python) {
    return MountedLogConfig{.volume = volume_name(name + "-python-log-conf"),
                            .config_map = name,
                            .key = key,
                            .directory = std::string{kPythonDirectory},
                            .file = "python_instance_logging.ini"};
  }
  return std::nullopt;
}

std::string log4j_path(const api::ComponentSpec& spec) {
  return std::string{kJavaDirectory} + log4j_file(spec);
}

std::string write_java_log_config(const Context& context) {
  if (mounted_log_config(context)) {
    return {};
  }
  const LogChoice choice = log_choice(context);
  const std::string text = is_yaml(context.spec) ? log4j_yaml(choice) : log4j_xml(choice);
  return and_then({
      "mkdir -p " + std::string{kJavaDirectory},
      write_file(text, log4j_path(context.spec)),
  });
}

std::string write_python_log_config(const Context& context) {
  // Older instances set the level in code, over whatever the file says. Where that line is not
  // there, or may not be changed, the instance starts all the same.
  const std::string keep_level =
      "( sed -i.bak 's/^  Log.setLevel/#&/' /pulsar/instances/python-instance/log.py || true )";
  if (mounted_log_config(context)) {
    return keep_level;
  }
  return and_then({
      keep_level,
      "mkdir -p " + std::string{kPythonDirectory} + " logs/functions",
      write_file(python_logging_ini(log_choice(context), context.spec.name), kPythonLogConfig),
  });
}

std::string_view go_level(std::string_view level) {
  for (const std::string_view known :
       {"debug", "trace", "info", "warn", "error", "fatal", "panic"}) {
    if (level == known) {
      return known;
    }
  }
  return "info";
}

}  // namespace functionmesh::render
