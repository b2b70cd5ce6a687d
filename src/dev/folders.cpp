#include "dev/folders.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

namespace functionmesh::dev {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The folder a variable names, or our folder in another variable's, or in the home folder.
fs::path folder_of(const char* own, const char* shared, const char* in_home) {
  if (const std::string folder = environment(own); !folder.empty()) {
    return folder;
  }
  if (const std::string folder = environment(shared); !folder.empty()) {
    return fs::path{folder} / "functionmesh";
  }
  const std::string home = environment("HOME");
  return fs::path{home.empty() ? "/tmp" : home} / in_home / "functionmesh";
}

bool is_runner_home(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "instances" / "java-instance.jar", error) &&
         fs::is_directory(folder / "lib", error);
}

}  // namespace

fs::path state_folder(const std::string& given) {
  return fs::absolute(given.empty()
                          ? folder_of("FUNCTIONMESH_STATE", "XDG_STATE_HOME", ".local/state")
                          : fs::path{given});
}

base::Result<fs::path> runner_home(const std::string& given) {
  if (!given.empty()) {
    if (is_runner_home(given)) {
      return fs::absolute(given);
    }
    return base::fail(base::Error::Code::not_found,
                      given +
                          " is no Pulsar distribution: expected lib/ and "
                          "instances/java-instance.jar in it");
  }
  const fs::path cache = folder_of("FUNCTIONMESH_CACHE", "XDG_CACHE_HOME", ".cache");
  std::vector<fs::path> homes;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{cache, error}) {
    if (entry.path().filename().string().starts_with("runner-") && is_runner_home(entry.path())) {
      homes.push_back(entry.path());
    }
  }
  if (homes.empty()) {
    return base::fail(base::Error::Code::not_found,
                      "no Pulsar distribution (runner-*) in " + cache.string() +
                          ": run `./dev runner`, or name one with --runner-home");
  }
  return *std::ranges::max_element(homes, {}, [](const fs::path& home) {
    std::error_code unknown;
    return fs::last_write_time(home, unknown);
  });
}

fs::path python_of(const fs::path& home) {
  const fs::path python = home / "venv" / "bin" / "python";
  std::error_code error;
  return fs::exists(python, error) ? python : fs::path{"python3"};
}

base::Result<FolderLock> FolderLock::take(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return base::fail(base::Error::Code::unavailable,
                      folder.string() + ": cannot be made: " + error.message());
  }
  const fs::path file = folder / "lock";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return base::fail(base::Error::Code::unavailable, file.string() + ": " + std::strerror(errno));
  }
  FolderLock lock{descriptor};
  struct flock whole{};  // not inherited by the processes that dev starts
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (fcntl(descriptor, F_SETLK, &whole) != 0) {
    struct flock holder = whole;
    fcntl(descriptor, F_GETLK, &holder);
    return base::fail(base::Error::Code::conflict,
                      folder.string() + " is in use by a running dev (process " +
                          std::to_string(holder.l_pid) +
                          "): stop it, or name another folder with --state");
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

}  // namespace functionmesh::dev
