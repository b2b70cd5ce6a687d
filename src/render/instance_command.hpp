#pragma once

#include <string>
#include <vector>

#include "render/runtime.hpp"
#include "render/shell_line.hpp"

namespace functionmesh::render {

/// The main container's command: a shell and its script. Empty when nothing is there to run.
api::JsonArray instance_command(const Context& context);

// --- the parts, one a runtime: commands that the script runs one after the other -----------------

std::vector<std::string> java_commands(const Context& context);
std::vector<std::string> python_commands(const Context& context);
std::vector<std::string> go_commands(const Context& context);
std::vector<std::string> generic_commands(const Context& context);

/// Adds what every instance but Go's is told: who it is, what it runs, how it reaches Pulsar.
void add_instance_options(ShellLine& line, const Context& context);

/// Adds `--secrets_provider` when there are secrets.
void add_secrets_provider(ShellLine& line, const api::ComponentSpec& spec,
                          std::string_view class_name);

/// Adds the address of the state store when there is one.
void add_state_store(ShellLine& line, const api::ComponentSpec& spec);

}  // namespace functionmesh::render
