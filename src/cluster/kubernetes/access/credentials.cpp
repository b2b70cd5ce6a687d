#include "cluster/kubernetes/access/credentials.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/certificate.hpp"
#include "base/log.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;

constexpr std::chrono::minutes kReadAgainAfter{1};

/// A token goes into a header: nothing may end that or begin another.
bool fits_a_header(std::string_view token) {
  return std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
}

Result<std::string> value_of(const Given& given) {
  if (given.file.empty()) {
    return given.text;
  }
  auto text = read_small_file(given.file);
  if (!text) {
    return fail(Error::Code::forbidden, given.name + ": " + text.error().message);
  }
  return text;
}

std::string source_of(const Given& given) {
  return given.file.empty() ? given.name : given.name + ": " + given.file.string();
}

Result<Identity> read(const Login& login) {
  Identity identity;
  const auto token = value_of(login.token);
  const auto certificate = value_of(login.certificate);
  const auto key = value_of(login.key);
  for (const auto* part : {&token, &certificate, &key}) {
    if (!*part) {
      return std::unexpected(part->error());
    }
  }
  identity.token = trimmed(*token);
  if (identity.token.empty() && !login.token.empty()) {
    return fail(Error::Code::forbidden, source_of(login.token) + ": holds no token");
  }
  if (!fits_a_header(identity.token)) {
    return fail(Error::Code::forbidden,
                source_of(login.token) + ": expected a token, one word of plain characters");
  }
  identity.certificate_pem = *certificate;
  identity.key_pem = *key;
  if (!login.certificate.empty()) {
    if (const auto good = base::check_key_pair(*certificate, *key); !good) {
      return fail(Error::Code::forbidden, source_of(login.certificate) + " and " +
                                              source_of(login.key) + ": " + good.error().message);
    }
  }
  return identity;
}

class GivenCredentials : public Credentials {
 public:
  GivenCredentials(Login login, Identity first, const base::Clock& clock)
      : login_{std::move(login)}, clock_{clock}, identity_{std::move(first)} {
    read_at_ = clock_.now();
  }

  asio::awaitable<Result<Identity>> identity() override {
    const bool has_files =
        !login_.token.file.empty() || !login_.certificate.file.empty() || !login_.key.file.empty();
    const auto age = clock_.now() - read_at_;
    // A clock that was set back must not keep an old token alive.
    const bool old = age >= kReadAgainAfter || age < std::chrono::milliseconds{0};
    if (has_files && (old || refused_)) {
      read_again();
    }
    co_return identity_;
  }

  void refused() override { refused_ = true; }

 private:
  void read_again() {
    refused_ = false;
    read_at_ = clock_.now();
    auto found = read(login_);
    if (found) {
      identity_ = std::move(*found);
    } else {
      base::log(base::Level::warning, "credentials could not be read again; the last are kept",
                {{"error", found.error().message}});
    }
  }

  Login login_;
  const base::Clock& clock_;
  Identity identity_;
  base::TimePoint read_at_;
  bool refused_ = false;
};

}  // namespace

Result<std::shared_ptr<Credentials>> credentials_of(Login login, const base::Clock& clock) {
  auto first = read(login);
  if (!first) {
    return std::unexpected(first.error());
  }
  return std::make_shared<GivenCredentials>(std::move(login), std::move(*first), clock);
}

Result<std::string> read_small_file(const std::filesystem::path& file) {
  constexpr std::size_t kLargest = std::size_t{16} * 1024 * 1024;
  errno = 0;
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(file, error);
  std::ifstream in(file, std::ios::binary);
  if (is_folder || !in) {
    const std::string why = is_folder ? "it is a folder" : std::strerror(errno == 0 ? EIO : errno);
    const auto code = errno == ENOENT ? Error::Code::not_found : Error::Code::invalid;
    return fail(code, file.string() + " cannot be read: " + why);
  }
  std::string text;
  std::string piece(65536, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLargest) {
      return fail(Error::Code::invalid, file.string() + " is larger than 16 MiB");
    }
  }
  return text;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    return {};
  }
  return std::string{text.substr(begin, text.find_last_not_of(kBlank) - begin + 1)};
}

const base::Clock& system_clock() {
  static const base::SystemClock clock;
  return clock;
}

}  // namespace functionmesh::kubernetes
