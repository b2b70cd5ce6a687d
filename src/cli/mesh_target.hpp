#pragma once

#include "cli/cluster_session.hpp"
#include "cli/mesh_commands.hpp"

namespace functionmesh::cli {

/// What a user means by "fn f", "fn/f", "f", or by nothing at all.
struct Target {
  std::string kind;  ///< empty: any of ours
  std::string name;  ///< empty: all
};

/// The error says how a target is written.
base::Result<Target> target_of(const std::vector<std::string>& words);

/// The objects that are meant, at least one; a name alone that several kinds have is an error.
boost::asio::awaitable<base::Result<std::vector<cluster::Object>>> find_target(
    Session& session, const Target& target);

/// For each of a target its Functions, Sources and Sinks: a mesh stands for its children.
boost::asio::awaitable<base::Result<std::vector<cluster::Object>>> components_of(
    Session& session, const Target& target);

}  // namespace functionmesh::cli
