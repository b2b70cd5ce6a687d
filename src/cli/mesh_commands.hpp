#pragma once

#include "cli/commands.hpp"

/// The commands of `kubectl mesh` that talk to a cluster. Each does with the least rights: what it
/// may not see it says.
namespace functionmesh::cli {

/// Which resources: "fn f", "fn/f", or a name alone, which is looked for among all our kinds.
struct TargetOptions : ClusterOptions {
  std::vector<std::string> target;
};

struct MeshGetOptions : TargetOptions {
  std::string output = "table";  ///< table, json or yaml
};
int mesh_get(const MeshGetOptions& options);

struct MeshDescribeOptions : TargetOptions {
  std::string pulsar_web;
};
int mesh_describe(const MeshDescribeOptions& options);

struct MeshGraphOptions : TargetOptions {
  std::vector<std::string> files;  ///< drawn instead of what is in the cluster
  std::string output = "text";     ///< text, mermaid, dot or svg
};
int mesh_graph(const MeshGraphOptions& options);

struct MeshLogsOptions : TargetOptions {
  std::string container;  ///< empty: the one that runs the function
  std::string since;      ///< "5m"; empty: all
  bool follow = false;
  bool previous = false;
  bool timestamps = false;
  int tail = -1;  ///< last lines of each instance; -1: all
};
int mesh_logs(const MeshLogsOptions& options);

/// Changes that a user asks the operator, or a StatefulSet, for.
enum class MeshChange { restart, pause, resume };
int mesh_change(const TargetOptions& options, MeshChange change);

}  // namespace functionmesh::cli
