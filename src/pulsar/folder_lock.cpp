#include "pulsar/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace functionmesh::pulsar {
namespace {

using std::filesystem::path;

/// What the file says, for people and for the next that takes the lock: the lock itself does not
/// outlive the holder, its worker may by a moment.
struct Content {
  std::string holder;
  std::string worker;
};

Content read_content(int descriptor) {
  std::array<char, 64> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
  std::istringstream words(size > 0 ? text.data() : "");
  Content content;
  words >> content.holder >> content.worker;
  return content;
}

bool write_content(int descriptor, const std::string& text) {
  return ftruncate(descriptor, 0) == 0 &&
         pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

/// Whether all threads of a process have ended, which only waits to be noticed by its parent.
bool is_zombie(const path& process) {
  std::ifstream stream(process / "stat");
  std::string stat;
  std::getline(stream, stat);
  std::error_code error;
  std::filesystem::directory_iterator tasks(process / "task", error);
  const bool one_task = !error && std::distance(begin(tasks), end(tasks)) <= 1;
  return stat.substr(std::min(stat.rfind(')'), stat.size())).starts_with(") Z") && one_task;
}

bool works_in(const std::string& number, const path& folder) {
  const path process = path("/proc") / number;
  std::error_code error;
  if (number.empty() || !std::filesystem::exists(process, error)) {
    return false;
  }
  std::ifstream stream(process / "cmdline", std::ios::binary);
  std::stringstream command;
  command << stream.rdbuf();
  // One that is being killed loses its command line before its ports and files.
  return command.str().empty() ? !is_zombie(process) : command.str().contains(folder.string());
}

}  // namespace

base::Result<FolderLock> FolderLock::take(const path& folder) {
  using Code = base::Error::Code;
  const std::string file = (folder / "lock").string();
  const auto cannot_write = [&] {
    return base::fail(Code::internal, "cannot write " + file + ": " + strerror(errno));
  };
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return cannot_write();
  }
  FolderLock lock(descriptor);
  const bool free = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  const Content before = read_content(descriptor);
  if (!free) {
    lock.descriptor_ = -1;  // it is another's: no unlocking
    close(descriptor);
    return base::fail(Code::conflict, folder.string() +
                                          " is in use by another running Pulsar, started by "
                                          "process " +
                                          before.holder);
  }
  if (works_in(before.worker, folder)) {
    return base::fail(Code::unavailable, folder.string() +
                                             " is still in use by a Pulsar whose owner is gone, "
                                             "process " +
                                             before.worker);
  }
  if (!write_content(descriptor, std::to_string(getpid()))) {
    return cannot_write();
  }
  return lock;
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

void FolderLock::set_worker(pid_t process) {
  write_content(descriptor_, std::to_string(getpid()) + " " + std::to_string(process));
}

}  // namespace functionmesh::pulsar
