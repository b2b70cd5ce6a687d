#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/certificate.hpp"
#include "base/error.hpp"

namespace functionmesh::base {

/// What a client asked.
struct ServerRequest {
  std::string method;
  std::string path;           ///< "/metrics"
  std::string query;          ///< what follows the question mark
  std::string authorization;  ///< that header
  std::string content_type;
  std::string body;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

struct ServerOptions {
  /// "HOST:PORT", "[::1]:PORT", or ":PORT" for all addresses of this machine; port 0: a free one.
  std::string address;
  std::size_t largest_body = std::size_t{64} * 1024;
  std::size_t most_connections = 256;               ///< beyond it idle ones are closed
  std::chrono::milliseconds idle{120'000};          ///< a connection without a request ends then
  std::chrono::milliseconds request_limit{10'000};  ///< for a handshake, and for a whole request
};

/// A small HTTP/1.1 server on an event loop, with or without TLS; connections are kept.
///
/// Use it on the loop's thread. A client that sends what is no HTTP, too much or too slowly gets an
/// orderly answer or loses its connection, and harms no other. An exception of the handler is the
/// answer 500.
class HttpServer {
 public:
  using Handler = std::function<boost::asio::awaitable<ServerResponse>(ServerRequest)>;

  HttpServer(boost::asio::any_io_executor executor, ServerOptions options, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// From now on TLS (1.2 or later) is spoken on new connections, with this certificate; call it
  /// again when there is another. Connections that are open stay.
  Result<void> use_certificate(const KeyPair& pair);

  /// Begins to serve. Fails when the address is not one, or not free.
  Result<void> listen();

  /// The port that it listens on.
  std::uint16_t port() const;

  /// From now on a connection ends with its next answer, which says so: for a server that goes on
  /// for a while, until those who ask have found another.
  void wind_down();

  /// Takes no more connections, lets the requests under way end, and returns when all connections
  /// are closed; after `longest` they are cut.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds longest);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Whether ServerOptions could have this address: says what is expected when not.
Result<void> check_listen_address(std::string_view address);

}  // namespace functionmesh::base
