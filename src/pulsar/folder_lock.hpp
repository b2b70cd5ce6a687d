#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/error.hpp"

namespace functionmesh::pulsar {

/// Keeps a folder for one running program and the process that works in it for that program.
class FolderLock {
 public:
  /// `conflict`, naming the holder, when it is taken. `unavailable` when the holder has ended and
  /// its process is about to: try again in a moment.
  static base::Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

  /// Who works in the folder. A process counts as that one only while its command line names the
  /// folder, so that its number may come to mean another.
  void set_worker(pid_t process);

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace functionmesh::pulsar
