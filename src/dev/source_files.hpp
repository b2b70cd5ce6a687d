#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/cluster.hpp"

namespace functionmesh::dev {

/// What has to happen after files have changed.
struct FileChanges {
  std::vector<base::Json> apply;     ///< objects that are new or different, in file order
  std::vector<cluster::Key> remove;  ///< objects that no file holds any more
  std::vector<std::string> errors;   ///< what could not be read; what it held before stays

  bool empty() const { return apply.empty() && remove.empty() && errors.empty(); }
};

/// The resource files of a `dev`, read again whenever they change.
///
/// A file that is broken at the moment, or gone for less than two polls (editors replace files),
/// keeps the objects that it held.
class SourceFiles {
 public:
  explicit SourceFiles(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  /// Looks at the files; cheap when nothing changed.
  FileChanges poll();

  /// The folders that the files stand in, each once, in the order of the paths.
  std::vector<std::filesystem::path> folders() const;

 private:
  struct Stamp {
    std::filesystem::file_time_type changed{};
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct File {
    Stamp stamp;
    int missing = 0;
    std::map<cluster::Key, base::Json> objects;
  };

  std::vector<std::string> list_files() const;
  void read(const std::string& path, File& file, FileChanges& changes);
  bool held(const cluster::Key& key) const;

  std::vector<std::string> paths_;
  std::map<std::string, File> files_;
};

}  // namespace functionmesh::dev
