#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cluster/local/environment.hpp"

namespace functionmesh::local {

/// The files of one pod: `pulsar/`, laid out as the container's /pulsar and made of links into the
/// runner home; `volumes/`, what is mounted elsewhere; and the output of its process.
///
/// The runner home is never written to, whatever the pod's script does below /pulsar: folders it
/// writes to are the pod's own, files it edits (the Python instance's) are links or copies.
class PodFolder {
 public:
  PodFolder(std::filesystem::path root, std::filesystem::path runner_home);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path pulsar() const { return root_ / "pulsar"; }
  std::filesystem::path log_file() const { return root_ / "output.log"; }

  /// Lays `pulsar/` out as a fresh container has it. Keeps logs and what volumes keep.
  base::Result<void> prepare();

  /// Makes a mount's content and returns where it is on this machine.
  base::Result<std::filesystem::path> mount(const Mount& mount);

  /// Puts `target` at a path that is relative to the container's /pulsar or below it ("lib/x.jar").
  base::Result<void> link(const std::filesystem::path& place, const std::filesystem::path& target);

 private:
  std::filesystem::path root_;
  std::filesystem::path runner_home_;
};

/// Whether a path can stand in a shell script, a class path and a JSON text without quotes.
bool is_plain(std::string_view path);

}  // namespace functionmesh::local
