#pragma once

#include <optional>
#include <string>

#include "render/runtime.hpp"

namespace functionmesh::render {

/// When a log file is closed and the next one begun.
enum class Rotation { none, daily, weekly, monthly, size_10mb, size_50mb, size_100mb };

/// What a logging configuration is asked for.
struct LogChoice {
  std::string_view level;  ///< as the user wrote it; empty when not given
  bool json = false;
  Rotation rotation = Rotation::none;
};

/// A log file is written, and so rotated, when a policy is given or a side-car reads it.
LogChoice log_choice(const Context& context);

/// A ConfigMap of the user's own in the place of a generated configuration.
struct MountedLogConfig {
  std::string volume;
  std::string config_map;
  std::string key;
  std::string directory;
  std::string file;
};

std::optional<MountedLogConfig> mounted_log_config(const Context& context);

/// The Java instance's configuration file.
std::string log4j_path(const api::ComponentSpec& spec);

/// TRACE, ... for log4j; INFO for what it has no level for.
std::string_view log4j_level(std::string_view level);

std::string log4j_xml(const LogChoice& choice);
std::string log4j_yaml(const LogChoice& choice);

/// The Python instance's configuration. `name` is the function's name, which names the log file.
std::string python_logging_ini(const LogChoice& choice, std::string_view name);

/// Commands that put the configuration in place; empty when the user's own is mounted.
std::string write_java_log_config(const Context& context);
std::string write_python_log_config(const Context& context);

/// The level for a Go instance's LOGGING_LEVEL.
std::string_view go_level(std::string_view level);

inline constexpr std::string_view kPythonLogConfig =
    "/pulsar/conf/python-log/python_instance_logging.ini";

}  // namespace functionmesh::render
