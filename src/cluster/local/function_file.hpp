#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace functionmesh::local {

/// Where a function's file was looked for, and where it is.
struct FileSearch {
  std::optional<std::filesystem::path> found;
  std::vector<std::string> looked_at;
};

/// Looks up a file that a resource names as its container has it: an absolute path as it is, then
/// below each search folder without the leading /pulsar/ or /, then by its name alone in each
/// search folder, then in the runner home.
FileSearch find_function_file(const std::string& name,
                              const std::vector<std::filesystem::path>& search_folders,
                              const std::filesystem::path& runner_home);

/// "no file lib/fn.jar: looked at /a/lib/fn.jar, /a/fn.jar".
std::string not_found_message(const std::string& name, const FileSearch& search);

/// When a file was last touched and how long it is: cheap to ask, and different after an edit.
struct FileStamp {
  std::int64_t modified = 0;  ///< nanoseconds
  std::int64_t size = -1;     ///< -1: not there

  bool operator==(const FileStamp&) const = default;
};
FileStamp stamp_of(const std::filesystem::path& file);

/// Copies of function files by content, so that a process keeps the file it was started with while
/// a new one is being written, and many instances share one copy.
class FileStore {
 public:
  explicit FileStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// A hash of the content, in hexadecimal.
  static base::Result<std::string> hash_of(const std::filesystem::path& file);

  /// The copy of `file`, whose hash is given: made when it is not there.
  base::Result<std::filesystem::path> keep(const std::filesystem::path& file,
                                           const std::string& hash) const;

  /// Removes all copies. Nothing may be using them.
  void clear() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace functionmesh::local
