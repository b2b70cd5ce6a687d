#include "dev/control.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using Protocol = asio::local::stream_protocol;

constexpr std::string_view kSocketName = "control.sock";
constexpr std::size_t kLargestRequest = 16 * 1024 * 1024;
constexpr int kAnswerSeconds = 30;

/// The state folder kept open: a socket's address has room for 107 bytes, so it is named by way of
/// this descriptor and the folder's own path may be as long as it likes.
class OpenFolder {
 public:
  explicit OpenFolder(const fs::path& folder)
      : descriptor_(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
  ~OpenFolder() {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
  }
  OpenFolder(const OpenFolder&) = delete;
  OpenFolder& operator=(const OpenFolder&) = delete;

  std::string socket() const {
    return "/proc/self/fd/" + std::to_string(descriptor_) + "/" + std::string{kSocketName};
  }

 private:
  int descriptor_;
};

std::string_view code_name(base::Error::Code code) {
  switch (code) {
    case base::Error::Code::not_found:
      return "not_found";
    case base::Error::Code::already_exists:
      return "already_exists";
    case base::Error::Code::conflict:
      return "conflict";
    case base::Error::Code::invalid:
      return "invalid";
    case base::Error::Code::forbidden:
      return "forbidden";
    case base::Error::Code::unavailable:
      return "unavailable";
    case base::Error::Code::internal:
      return "internal";
  }
  return "internal";
}

base::Error::Code code_of(std::string_view name) {
  for (const auto code : {base::Error::Code::not_found, base::Error::Code::already_exists,
                          base::Error::Code::conflict, base::Error::Code::invalid,
                          base::Error::Code::forbidden, base::Error::Code::unavailable}) {
    if (code_name(code) == name) {
      return code;
    }
  }
  return base::Error::Code::internal;
}

std::string answer_text(const base::Result<base::Json>& answer) {
  base::JsonObject object;
  if (answer) {
    object["result"] = *answer;
  } else {
    object["error"] = base::JsonObject{{"code", code_name(answer.error().code)},
                                       {"message", answer.error().message}};
  }
  return base::write_json(object) + "\n";
}

asio::awaitable<void> serve(Protocol::socket socket, RequestHandler handler) {
  std::string buffer;
  boost::system::error_code error;
  while (true) {
    const std::size_t size =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer, kLargestRequest), '\n',
                                        asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      co_return;  // gone, or a line beyond the limit
    }
    const auto request = base::parse_json(std::string_view{buffer}.substr(0, size));
    buffer.erase(0, size);
    base::Result<base::Json> answer =
        request ? co_await handler(*request)
                : base::fail(base::Error::Code::invalid, "the request is " + request.error());
    const std::string text = answer_text(answer);
    co_await asio::async_write(socket, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      co_return;
    }
  }
}

base::Result<std::string> ask(int descriptor, std::string_view request) {
  while (!request.empty()) {
    const ssize_t sent = send(descriptor, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return base::fail(base::Error::Code::unavailable,
                        std::string{"dev went away: "} + std::strerror(errno));
    }
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::string answer;
  std::array<char, 65536> chunk;
  while (!answer.ends_with('\n')) {
    const ssize_t size = read(descriptor, chunk.data(), chunk.size());
    if (size <= 0) {
      return base::fail(base::Error::Code::unavailable,
                        size == 0 ? "dev ended before it answered"
                                  : "dev does not answer: " + std::string{std::strerror(errno)});
    }
    answer.append(chunk.data(), static_cast<std::size_t>(size));
  }
  return answer;
}

}  // namespace

struct ControlServer::Shared {
  Shared(asio::any_io_executor executor, RequestHandler request_handler)
      : acceptor(executor), handler(std::move(request_handler)) {}

  Protocol::acceptor acceptor;
  RequestHandler handler;
  fs::path socket_path;
};

ControlServer::ControlServer(asio::any_io_executor executor, RequestHandler handler)
    : shared_(std::make_shared<Shared>(executor, std::move(handler))) {}

ControlServer::~ControlServer() {
  boost::system::error_code ignored;
  shared_->acceptor.close(ignored);
  std::error_code gone;
  if (!shared_->socket_path.empty()) {
    fs::remove(shared_->socket_path, gone);
  }
}

base::Result<void> ControlServer::listen(const fs::path& state_folder) {
  const fs::path path = state_folder / kSocketName;
  std::error_code gone;
  fs::remove(path, gone);  // of a run that was killed; the folder's lock says it is not running

  const OpenFolder folder{state_folder};
  boost::system::error_code error;
  const mode_t before = umask(0177);
  shared_->acceptor.open(Protocol{}, error);
  if (!error) {
    shared_->acceptor.bind(Protocol::endpoint{folder.socket()}, error);
  }
  umask(before);
  if (!error) {
    shared_->acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return base::fail(base::Error::Code::unavailable,
                      path.string() + ": cannot listen: " + error.message());
  }
  shared_->socket_path = path;

  asio::co_spawn(
      shared_->acceptor.get_executor(),
      [shared = shared_]() -> asio::awaitable<void> {
        boost::system::error_code closed;
        while (shared->acceptor.is_open()) {
          Protocol::socket socket = co_await shared->acceptor.async_accept(
              asio::redirect_error(asio::use_awaitable, closed));
          if (!closed) {
            asio::co_spawn(shared->acceptor.get_executor(),
                           serve(std::move(socket), shared->handler), asio::detached);
          }
        }
      },
      asio::detached);
  return {};
}

base::Result<base::Json> call(const fs::path& state_folder, const base::Json& request) {
  const OpenFolder folder{state_folder};
  const std::string name = folder.socket();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);

  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{.tv_sec = kAnswerSeconds, .tv_usec = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(descriptor);
    return base::fail(base::Error::Code::unavailable,
                      "nothing runs in " + state_folder.string() +
                          ": start `functionmesh dev -f FILE` first, or name its folder with "
                          "--state");
  }
  const auto answer = ask(descriptor, base::write_json(request) + "\n");
  close(descriptor);
  if (!answer) {
    return std::unexpected(answer.error());
  }
  const auto json = base::parse_json(*answer);
  if (!json) {
    return base::fail(base::Error::Code::internal, "dev's answer is " + json.error());
  }
  if (const base::Json* result = base::find(*json, {"result"})) {
    return *result;
  }
  return base::fail(code_of(base::text_at(*json, {"error", "code"})),
                    std::string{base::text_at(*json, {"error", "message"}, "no answer")});
}

}  // namespace functionmesh::dev
