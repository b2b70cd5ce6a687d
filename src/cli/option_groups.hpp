#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"

/// Options that several commands have.
namespace functionmesh::cli {

void add_files(CLI::App* command, std::vector<std::string>& files);
void add_output(CLI::App* command, std::string& output, std::vector<std::string> formats);
void add_cluster(CLI::App* command, ClusterOptions& options);
void add_operator_config(CLI::App* command, std::string& file);

/// The commands that `functionmesh` and `kubectl mesh` have in common.
void add_validate(CLI::App& app, ValidateOptions& options, std::function<int()>& action);
void add_render(CLI::App& app, RenderOptions& options, std::function<int()>& action);
void add_plan(CLI::App& app, PlanOptions& options, std::function<int()>& action);

}  // namespace functionmesh::cli
