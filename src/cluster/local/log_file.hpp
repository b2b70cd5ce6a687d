#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace functionmesh::local {

/// A file that output is appended to: x.log, and older output in x.log.1 ... x.log.3.
///
/// Never fails towards the one who writes: what cannot be written (a full disk) is dropped, and
/// problem() says why until writing works again.
class LogFile {
 public:
  static constexpr std::uint64_t default_limit = 10 * 1024 * 1024;
  static constexpr int kept = 3;

  explicit LogFile(std::filesystem::path path, std::uint64_t limit = default_limit);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  void write(std::string_view text);

  /// Why output is being dropped; empty when it is not.
  const std::string& problem() const { return problem_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  bool open();
  void close();
  void rotate();
  void fail(int error);

  std::filesystem::path path_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  int fd_ = -1;
  std::string problem_;
  std::chrono::steady_clock::time_point next_try_{};
};

}  // namespace functionmesh::local
