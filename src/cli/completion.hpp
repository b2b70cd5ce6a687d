#pragma once

#include <string>

namespace CLI {
class App;
}

namespace functionmesh::cli {

/// The completion script of `app` for bash, zsh or fish: its commands, and the options of each.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace functionmesh::cli
