#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pulsar/standalone.hpp"

namespace functionmesh::pulsar {

struct Ports {
  std::uint16_t broker = 0;
  std::uint16_t web = 0;
};

/// The ports to use: those asked for, else those of the last start, else free ones. They are
/// written into the folder. `told` gets a line when the last ones cannot be kept. Fails with the
/// port that was asked for and is taken.
base::Result<Ports> choose_ports(const StandaloneOptions& options,
                                 const Standalone::Progress& told);

/// The broker's configuration.
std::string broker_conf(const StandaloneOptions& options, const Ports& ports);

/// Where and how the broker logs.
std::string log_conf(const std::filesystem::path& log_file);

/// The command that runs it, from the program "java" on.
std::vector<std::string> java_command(const StandaloneOptions& options);

/// The files that the command reads, in the folder.
std::filesystem::path broker_conf_file(const StandaloneOptions& options);
std::filesystem::path log_conf_file(const StandaloneOptions& options);

/// What tells most in a log: its last errors, or else its last lines, each indented by two blanks.
std::string telling_lines(std::string_view log);

}  // namespace functionmesh::pulsar
