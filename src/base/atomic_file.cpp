#include "base/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace functionmesh::base {
namespace {

std::unexpected<Error> cannot_write(const std::filesystem::path& file, int error) {
  return fail(Error::Code::internal, "cannot write " + file.string() + ": " + strerror(error));
}

}  // namespace

Result<AtomicFile> AtomicFile::create(std::filesystem::path file) {
  std::error_code error;
  if (file.has_parent_path()) {
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) {
      return cannot_write(file, error.value());
    }
  }
  if (std::filesystem::is_directory(file, error)) {
    return cannot_write(file, EISDIR);
  }
  std::string temporary = file.string() + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return cannot_write(file, errno);
  }
  fchmod(descriptor, 0644);  // mkostemp makes it private; a package is for any reader
  return AtomicFile(std::move(file), std::move(temporary), descriptor);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : file_(std::move(other.file_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) {
    close(descriptor_);
    unlink(temporary_.c_str());
  }
}

Result<void> AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return cannot_write(file_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> AtomicFile::commit() {
  const int closed = close(std::exchange(descriptor_, -1));
  if (closed != 0 || rename(temporary_.c_str(), file_.c_str()) != 0) {
    const int error = errno;
    unlink(temporary_.c_str());
    return cannot_write(file_, error);
  }
  return {};
}

Result<void> write_file(const std::filesystem::path& file, std::string_view content) {
  auto target = AtomicFile::create(file);
  if (!target) {
    return std::unexpected(target.error());
  }
  if (auto written = target->write(content); !written) {
    return written;
  }
  return target->commit();
}

}  // namespace functionmesh::base
