#include "dev/source_files.hpp"

#include <algorithm>

#include "manifest/manifests.hpp"

namespace functionmesh::dev {
namespace {

namespace fs = std::filesystem;

constexpr int kPollsUntilGone = 2;

/// The key under which the cluster keeps an object that may not name its namespace.
cluster::Key key_in_cluster(const base::Json& object) {
  cluster::Key key = cluster::key_of(object);
  if (key.namespace_.empty()) {
    key.namespace_ = "default";
  }
  return key;
}

}  // namespace

std::vector<std::string> SourceFiles::list_files() const {
  std::vector<std::string> files;
  for (const std::string& path : paths_) {
    if (fs::is_directory(path)) {
      std::ranges::copy(manifest::files_in(path), std::back_inserter(files));
    } else {
      files.push_back(path);
    }
  }
  for (const auto& [path, file] : files_) {  // those that went from a folder
    if (std::ranges::find(files, path) == files.end()) {
      files.push_back(path);
    }
  }
  return files;
}

FileChanges SourceFiles::poll() {
  FileChanges changes;
  for (const std::string& path : list_files()) {
    const bool known = files_.contains(path);
    File& file = files_[path];
    std::error_code gone;
    const Stamp stamp{.changed = fs::last_write_time(path, gone),
                      .size = fs::file_size(path, gone)};
    if (gone) {
      file.missing += 1;
      if (!known || file.missing == kPollsUntilGone) {
        changes.errors.push_back(path + ": is not there" +
                                 (known ? ": what it held is removed" : ""));
        for (const auto& [key, object] : std::exchange(file.objects, {})) {
          changes.remove.push_back(key);
        }
        file.stamp = {};
      }
      continue;
    }
    file.missing = 0;
    if (!known || stamp != file.stamp) {
      file.stamp = stamp;
      read(path, file, changes);
    }
  }
  std::erase_if(changes.remove, [this](const cluster::Key& key) { return held(key); });
  return changes;
}

void SourceFiles::read(const std::string& path, File& file, FileChanges& changes) {
  manifest::Manifests read = manifest::read_manifests({path});
  if (!read.errors.empty()) {
    std::ranges::move(read.errors, std::back_inserter(changes.errors));
    return;
  }
  std::map<cluster::Key, base::Json> objects;
  for (manifest::Manifest& found : read.objects) {
    const manifest::Sort sort = manifest::sort_of(found.object);
    if (sort == manifest::Sort::unknown) {
      changes.errors.push_back(found.place_of("kind") + ": " + manifest::why_unknown(found.object));
    }
    if (sort != manifest::Sort::resource && sort != manifest::Sort::supporting) {
      continue;
    }
    const cluster::Key key = key_in_cluster(found.object);
    const auto before = file.objects.find(key);
    if (before == file.objects.end() || !base::equal(before->second, found.object)) {
      changes.apply.push_back(found.object);
    }
    objects.insert_or_assign(key, std::move(found.object));
  }
  for (const auto& [key, object] : file.objects) {
    if (!objects.contains(key)) {
      changes.remove.push_back(key);
    }
  }
  file.objects = std::move(objects);
}

bool SourceFiles::held(const cluster::Key& key) const {
  return std::ranges::any_of(
      files_, [&key](const auto& entry) { return entry.second.objects.contains(key); });
}

std::vector<fs::path> SourceFiles::folders() const {
  std::vector<fs::path> folders;
  for (const std::string& path : paths_) {
    const fs::path absolute = fs::absolute(path);
    const fs::path folder = fs::is_directory(absolute) ? absolute : absolute.parent_path();
    if (std::ranges::find(folders, folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  return folders;
}

}  // namespace functionmesh::dev
