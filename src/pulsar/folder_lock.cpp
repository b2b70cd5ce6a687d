#include "pulsar/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace functionmesh::pulsar {

base::Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::string file = (folder / "lock").string();
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return base::fail(base::Error::Code::internal, "cannot write " + file + ": " + strerror(errno));
  }
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> holder{};
    const ssize_t size = read(descriptor, holder.data(), holder.size() - 1);
    close(descriptor);
    return base::fail(base::Error::Code::conflict,
                      folder.string() +
                          " is in use by another running Pulsar, started by process " +
                          (size > 0 ? holder.data() : "unknown"));
  }
  // The number is for people only: what counts is the lock.
  const std::string own = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0 ||
      write(descriptor, own.data(), own.size()) != static_cast<ssize_t>(own.size())) {
    const int error = errno;
    close(descriptor);
    return base::fail(base::Error::Code::internal, "cannot write " + file + ": " + strerror(error));
  }
  return FolderLock(descriptor);
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) {
    // Said in so many words: a child that was forked meanwhile may have the descriptor too.
    flock(descriptor_, LOCK_UN);
    close(descriptor_);
  }
}

}  // namespace functionmesh::pulsar
