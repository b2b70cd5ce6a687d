#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// From the script of a container to the script that does the same on this machine.
///
/// Pure text work. What a script looks like is the renderer's business; this knows only the few
/// places where container and machine differ: paths, ports, memory, the interpreter, and where the
/// package comes from.
namespace functionmesh::local {

/// What stands on this machine for what the container has. Local paths consist of characters that
/// mean nothing to a shell, so they can stand in any quotes.
struct LocalNames {
  /// Container path -> local path: "/pulsar" and what is mounted elsewhere ("/etc/oauth2").
  std::map<std::string, std::string> paths;
  std::string python;        ///< the interpreter that runs the Python instance
  int grpc_port = 0;         ///< in place of 9093; 0: stays
  int metrics_port = 0;      ///< in place of 9094; 0: stays
  std::string java_options;  ///< what the JVM is told besides, such as its memory
};

/// The script with everything local. A download in front of SHARD_ID= is left out: the package is
/// brought by the Fetcher.
std::string local_script(std::string_view script, const LocalNames& names);

/// Replaces container paths in any text, such as the value of an environment variable:
/// whole leading directories only, so neither "pulsar://" nor "/pulsar-data" nor "a/pulsar" change.
std::string local_paths(std::string_view text, const LocalNames& names);

/// The file with the user's code as the script names it; nullopt when it names none.
std::optional<std::string> function_file(std::string_view script);

/// Whether the script ends by running `java`.
bool runs_java(std::string_view script);

}  // namespace functionmesh::local
