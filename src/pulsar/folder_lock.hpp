#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "base/error.hpp"

namespace functionmesh::pulsar {

/// Keeps a folder for one running program, however the others ended.
class FolderLock {
 public:
  /// `conflict` with the holder's process when it is taken.
  static base::Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace functionmesh::pulsar
