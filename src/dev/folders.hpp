#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace functionmesh::dev {

/// Where `dev` keeps data, logs and pods: `given`, else $FUNCTIONMESH_STATE, else
/// $XDG_STATE_HOME/functionmesh, else ~/.local/state/functionmesh. Absolute; not made yet.
std::filesystem::path state_folder(const std::string& given);

/// A Pulsar distribution with lib/, instances/, connectors/ and venv/: `given`, else the newest
/// runner-* in the cache ($FUNCTIONMESH_CACHE, $XDG_CACHE_HOME/functionmesh,
/// ~/.cache/functionmesh). `not_found` says what was looked for and how to get one.
base::Result<std::filesystem::path> runner_home(const std::string& given);

/// The Python interpreter of a runner home, or python3 of the PATH.
std::filesystem::path python_of(const std::filesystem::path& runner_home);

/// Holds a state folder for one process; the kernel lets go of it however that process ends.
class FolderLock {
 public:
  /// Makes the folder when it is not there. `conflict` names the process that holds it.
  static base::Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace functionmesh::dev
