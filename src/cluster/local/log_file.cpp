#include "cluster/local/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace functionmesh::local {

LogFile::LogFile(std::filesystem::path path, std::uint64_t limit)
    : path_(std::move(path)), limit_(limit) {}

LogFile::~LogFile() {
  close();
}

void LogFile::write(std::string_view text) {
  if (!problem_.empty() && std::chrono::steady_clock::now() < next_try_) {
    return;
  }
  if (fd_ < 0 && !open()) {
    return;
  }
  if (size_ > 0 && size_ + text.size() > limit_) {
    rotate();
    if (!open()) {
      return;
    }
  }
  while (!text.empty()) {
    const auto written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      fail(written < 0 ? errno : ENOSPC);
      return;
    }
    size_ += static_cast<std::uint64_t>(written);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  problem_.clear();
}

bool LogFile::open() {
  std::error_code ignored;
  std::filesystem::create_directories(path_.parent_path(), ignored);
  fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    fail(errno);
    return false;
  }
  const auto end = ::lseek(fd_, 0, SEEK_END);
  size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
  return true;
}

void LogFile::close() {
  if (fd_ >= 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

void LogFile::rotate() {
  close();
  const auto numbered = [&](int number) {
    return path_.string() + (number == 0 ? "" : "." + std::to_string(number));
  };
  for (int number = kept; number > 0; --number) {
    std::error_code ignored;  // fewer files than may be kept, or the write that follows tells
    std::filesystem::rename(numbered(number - 1), numbered(number), ignored);
  }
}

void LogFile::fail(int error) {
  problem_ = path_.string() + ": " + std::strerror(error);
  next_try_ = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  close();
}

}  // namespace functionmesh::local
