#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.hpp"

namespace functionmesh::base {

/// A file that appears whole or not at all: written beside its place, moved there by commit().
/// Destroyed before that, it leaves nothing. Errors name the file and what the system said.
class AtomicFile {
 public:
  /// Makes the folders on the way.
  static Result<AtomicFile> create(std::filesystem::path file);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  Result<void> write(std::string_view bytes);
  Result<void> commit();

 private:
  AtomicFile(std::filesystem::path file, std::filesystem::path temporary, int descriptor)
      : file_(std::move(file)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

  std::filesystem::path file_;
  std::filesystem::path temporary_;
  int descriptor_;
};

/// Replaces `file` by `content` in one step.
Result<void> write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace functionmesh::base
