#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace functionmesh::base {

/// For tests: a server on a free loopback port that answers each request with the bytes it is told.
class HttpTestServer {
 public:
  struct Answer {
    std::vector<std::string> pieces;         ///< sent one after the other, 1 ms apart
    std::chrono::milliseconds silence{0};    ///< before the first piece
    std::chrono::milliseconds keep_open{0};  ///< after the last piece
    bool again = false;                      ///< the connection takes another request then
  };
  /// A whole answer, after which the connection goes on; `more` are header lines.
  static Answer reply(int status, std::string_view body, std::string_view more = "") {
    return {.pieces = {"HTTP/1.1 " + std::to_string(status) +
                       " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                       std::string{more} + "\r\n" + std::string{body}},
            .again = true};
  }
  /// Gets the whole request: head and body.
  using Handler = std::function<Answer(const std::string& request)>;

  HttpTestServer(boost::asio::io_context& loop, Handler handler)
      : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}),
        handler_(std::make_shared<Handler>(std::move(handler))) {
    boost::asio::co_spawn(loop, serve(), boost::asio::detached);
  }

  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + port() + path;
  }

 private:
  using Socket = boost::asio::ip::tcp::socket;

  boost::asio::awaitable<void> serve() {
    while (true) {
      boost::system::error_code error;
      Socket socket = co_await acceptor_.async_accept(
          boost::asio::redirect_error(boost::asio::use_awaitable, error));
      if (error) {
        co_return;
      }
      const auto executor = socket.get_executor();
      boost::asio::co_spawn(executor, answer(std::move(socket), handler_), boost::asio::detached);
    }
  }

  static std::size_t body_size(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  static boost::asio::awaitable<void> answer(Socket socket, std::shared_ptr<Handler> handler) {
    bool again = true;
    while (again) {
      again = co_await answer_one(socket, *handler);
    }
  }

  static boost::asio::awaitable<bool> answer_one(Socket& socket, const Handler& handler) {
    std::string request;
    std::string piece(65536, '\0');
    boost::system::error_code error;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
    while (true) {
      const auto head_end = request.find("\r\n\r\n");
      if (head_end != std::string::npos &&
          request.size() >= head_end + 4 + body_size(request.substr(0, head_end))) {
        break;
      }
      const std::size_t size = co_await socket.async_read_some(boost::asio::buffer(piece), token);
      if (error) {
        co_return false;
      }
      request.append(piece, 0, size);
    }
    const Answer answer = handler(request);
    boost::asio::steady_timer pause(socket.get_executor());
    pause.expires_after(answer.silence);
    co_await pause.async_wait(token);
    for (const std::string& bytes : answer.pieces) {
      co_await boost::asio::async_write(socket, boost::asio::buffer(bytes), token);
      if (error) {
        co_return false;
      }
      pause.expires_after(std::chrono::milliseconds(1));
      co_await pause.async_wait(token);
    }
    pause.expires_after(answer.keep_open);
    co_await pause.async_wait(token);
    co_return answer.again;
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  std::shared_ptr<Handler> handler_;
};

/// Runs `task` to its end on `loop` and returns its result.
template <typename T>
T run(boost::asio::io_context& loop, boost::asio::awaitable<T> task) {
  std::optional<T> result;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
    if (error) {
      std::rethrow_exception(error);
    }
    result.emplace(std::move(value));
    loop.stop();
  });
  loop.restart();
  loop.run();
  return std::move(*result);
}

}  // namespace functionmesh::base
