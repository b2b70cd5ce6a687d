#include "cluster/local/function_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace functionmesh::local {

namespace fs = std::filesystem;
using base::Error;

namespace {

/// "/pulsar/lib/x.jar", "/lib/x.jar", "./lib/x.jar" -> "lib/x.jar".
std::string below_root(std::string_view name) {
  constexpr std::string_view home = "/pulsar/";
  if (name.starts_with(home)) {
    name.remove_prefix(home.size());
  }
  while (name.starts_with('/') || name.starts_with("./")) {
    name.remove_prefix(name.starts_with('/') ? 1 : 2);
  }
  return std::string{name};
}

bool look_at(FileSearch& search, const fs::path& file) {
  std::error_code ignored;
  const std::string path = file.lexically_normal();
  if (std::ranges::find(search.looked_at, path) != search.looked_at.end()) {
    return false;
  }
  search.looked_at.push_back(path);
  if (!fs::is_regular_file(file, ignored)) {
    return false;
  }
  search.found = path;
  return true;
}

/// Multiplies and mixes eight bytes at a time: an edit detector, not a signature.
class Hash {
 public:
  void add(const char* data, std::size_t size) {
    for (; size >= 8; data += 8, size -= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, data, 8);
      mix(word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, data, size);
    mix(rest ^ (static_cast<std::uint64_t>(size) << 56U));
  }

  std::string text() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
      text.push_back(digits[value_ >> static_cast<unsigned>(shift) & 15U]);
    }
    return text;
  }

 private:
  void mix(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9E3779B97F4A7C15U;
    value_ ^= value_ >> 29U;
  }

  std::uint64_t value_ = 0xCBF29CE484222325U;
};

}  // namespace

FileSearch find_function_file(const std::string& name, const std::vector<fs::path>& search_folders,
                              const fs::path& runner_home) {
  FileSearch search;
  if (name.starts_with('/') && look_at(search, name)) {
    return search;
  }
  const std::string relative = below_root(name);
  for (const fs::path& folder : search_folders) {
    if (look_at(search, folder / relative)) {
      return search;
    }
  }
  for (const fs::path& folder : search_folders) {
    if (look_at(search, folder / fs::path(relative).filename())) {
      return search;
    }
  }
  look_at(search, runner_home / relative);
  return search;
}

std::string not_found_message(const std::string& name, const FileSearch& search) {
  std::string message = "no file " + name + ": looked at ";
  for (const std::string& place : search.looked_at) {
    message += place + (&place == &search.looked_at.back() ? "" : ", ");
  }
  return message;
}

FileStamp stamp_of(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    return {};
  }
  return {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_size};
}

base::Result<std::string> FileStore::hash_of(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return base::fail(Error::Code::not_found, file.string() + ": " + std::strerror(errno));
  }
  Hash hash;
  std::array<char, 65536> buffer;
  ssize_t size = 0;
  while ((size = ::read(fd, buffer.data(), buffer.size())) > 0) {
    hash.add(buffer.data(), static_cast<std::size_t>(size));
  }
  const int error = errno;
  ::close(fd);
  if (size < 0) {
    return base::fail(Error::Code::unavailable, file.string() + ": " + std::strerror(error));
  }
  return hash.text();
}

base::Result<fs::path> FileStore::keep(const fs::path& file, const std::string& hash) const {
  const fs::path copy = folder_ / hash / file.filename();
  std::error_code error;
  if (fs::exists(copy, error)) {
    return copy;
  }
  fs::create_directories(copy.parent_path(), error);
  const fs::path partial = copy.string() + ".partial";
  fs::copy_file(file, partial, fs::copy_options::overwrite_existing, error);
  if (!error) {
    fs::permissions(partial, fs::perms::owner_all, error);
    fs::rename(partial, copy, error);
  }
  if (error) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    return base::fail(Error::Code::unavailable, "cannot copy " + file.string() + " to " +
                                                    copy.string() + ": " + error.message());
  }
  return copy;
}

void FileStore::clear() const {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace functionmesh::local
