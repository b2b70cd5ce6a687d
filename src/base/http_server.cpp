#include "base/http_server.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <list>
#include <optional>

#include "base/http_request.hpp"
#include "base/log.hpp"

namespace functionmesh::base {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr auto kResult = asio::as_tuple(asio::use_awaitable);

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostAndPort> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  HostAndPort parsed;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  const bool is_port =
      !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.contains(':')) {
    host = " ";
  }
  error_code not_address;
  const bool is_host = host.empty() || host == "localhost" ||
                       (asio::ip::make_address(std::string{host}, not_address), !not_address);
  if (!is_port || !is_host) {
    return fail(Error::Code::invalid,
                "\"" + std::string{text} +
                    "\" is no address to listen on; expected :8443, 127.0.0.1:8443 or [::1]:8443");
  }
  parsed.host = host == "localhost" ? "127.0.0.1" : host;
  return parsed;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return status < 500 ? "Other" : "Internal Server Error";
  }
}

std::string bytes_of(const ServerResponse& response, bool with_body, bool keep_alive) {
  std::string bytes = "HTTP/1.1 " + std::to_string(response.status) + " ";
  bytes += reason_of(response.status);
  bytes += "\r\nContent-Type: " + response.content_type +
           "\r\nContent-Length: " + std::to_string(response.body.size()) +
           "\r\nX-Content-Type-Options: nosniff\r\n";
  bytes += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  return with_body ? bytes + response.body : bytes;
}

/// One client, in the clear or in TLS.
class Connection {
 public:
  Connection(tcp::socket socket, const std::shared_ptr<asio::ssl::context>& tls)
      : socket_{std::move(socket)}, watchdog_{socket_.get_executor()}, context_{tls} {
    if (tls) {
      tls_.emplace(socket_, *tls);
    }
  }

  /// What is under way fails then.
  void set_deadline(steady_clock::time_point deadline) {
    watchdog_.expires_at(deadline);
    watchdog_.async_wait([this, alive = std::weak_ptr{alive_}](const error_code& cancelled) {
      // It may have ended, and this call been under way already, when the deadline moved.
      if (!cancelled && !alive.expired() && watchdog_.expiry() <= steady_clock::now()) {
        cut();
      }
    });
  }

  void cut() {
    error_code ignored;
    socket_.close(ignored);
  }

  asio::awaitable<bool> handshake() {
    if (!tls_) {
      co_return true;
    }
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kResult);
    co_return !error;
  }

  /// 0 when there is nothing more.
  asio::awaitable<std::size_t> read(asio::mutable_buffer into) {
    if (tls_) {
      const auto [error, size] = co_await tls_->async_read_some(into, kResult);
      co_return error ? 0 : size;
    }
    const auto [error, size] = co_await socket_.async_read_some(into, kResult);
    co_return error ? 0 : size;
  }

  asio::awaitable<bool> write(std::string_view bytes) {
    const auto data = asio::buffer(bytes.data(), bytes.size());
    if (tls_) {
      const auto [error, size] = co_await asio::async_write(*tls_, data, kResult);
      co_return !error;
    }
    const auto [error, size] = co_await asio::async_write(socket_, data, kResult);
    co_return !error;
  }

  asio::awaitable<void> close() {
    if (tls_) {
      co_await tls_->async_shutdown(kResult);
    }
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  bool busy = false;  ///< a request is under way
  std::list<Connection*>::iterator at;

 private:
  tcp::socket socket_;
  asio::steady_timer watchdog_;
  std::shared_ptr<asio::ssl::context> context_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< ends with the connection
};

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor on, ServerOptions given, Handler handle)
      : executor{std::move(on)},
        options{std::move(given)},
        handler{std::move(handle)},
        acceptor{executor},
        changed{executor, steady_clock::time_point::max()} {}

  Result<void> open(const tcp::endpoint& endpoint);
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<bool> answer_one(Connection& connection, std::string& received);
  asio::awaitable<ServerResponse> ask_handler(ServerRequest request);
  asio::awaitable<void> wait_until(steady_clock::time_point longest) {
    changed.expires_at(longest);
    co_await changed.async_wait(kResult);
  }

  asio::any_io_executor executor;
  ServerOptions options;
  Handler handler;
  tcp::acceptor acceptor;
  std::shared_ptr<asio::ssl::context> tls;
  std::list<Connection*> connections;
  asio::steady_timer changed;  ///< cancelled when a connection has ended
  bool winding_down = false;
  bool stopping = false;
};

// --- setting up ----------------------------------------------------------------------------------

HttpServer::HttpServer(asio::any_io_executor executor, ServerOptions options, Handler handler)
    : state_{std::make_shared<State>(std::move(executor), std::move(options), std::move(handler))} {
}

HttpServer::~HttpServer() {
  state_->stopping = true;
  error_code ignored;
  state_->acceptor.close(ignored);
  for (Connection* connection : state_->connections) {
    connection->cut();
  }
}

Result<void> HttpServer::use_certificate(const KeyPair& pair) {
  if (const auto good = check_key_pair(pair.certificate_pem, pair.key_pem); !good) {
    return good;
  }
  const auto made = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(made->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  error_code error;
  made->use_certificate_chain(asio::buffer(pair.certificate_pem), error);
  if (!error) {
    made->use_private_key(asio::buffer(pair.key_pem), asio::ssl::context::pem, error);
  }
  if (error) {
    return fail(Error::Code::invalid, "the certificate cannot be used: " + error.message());
  }
  state_->tls = made;
  return {};
}

Result<void> check_listen_address(std::string_view address) {
  const auto parsed = parse_address(address);
  return parsed ? Result<void>{} : std::unexpected(parsed.error());
}

Result<void> HttpServer::State::open(const tcp::endpoint& endpoint) {
  error_code error;
  const auto failed = [&](error_code) {
    error_code ignored;
    acceptor.close(ignored);
    return fail(Error::Code::unavailable,
                "cannot listen on " + options.address + ": " + error.message());
  };
  acceptor.open(endpoint.protocol(), error);
  if (error) {
    return failed(error);
  }
  error_code ignored;
  acceptor.set_option(tcp::acceptor::reuse_address(true), ignored);
  if (endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(false), ignored);
  }
  acceptor.bind(endpoint, error);
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  return error ? failed(error) : Result<void>{};
}

Result<void> HttpServer::listen() {
  const auto parsed = parse_address(state_->options.address);
  if (!parsed) {
    return std::unexpected(parsed.error());
  }
  Result<void> opened;
  if (parsed->host.empty()) {
    opened = state_->open({tcp::v6(), parsed->port});  // takes IPv4 as well
    if (!opened) {
      opened = state_->open({tcp::v4(), parsed->port});
    }
  } else {
    opened = state_->open({asio::ip::make_address(parsed->host), parsed->port});
  }
  if (opened) {
    asio::co_spawn(state_->executor, state_->accept(), asio::detached);
  }
  return opened;
}

std::uint16_t HttpServer::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void HttpServer::wind_down() {
  state_->winding_down = true;
}

asio::awaitable<void> HttpServer::stop(std::chrono::milliseconds longest) {
  const auto state = state_;
  state->stopping = true;
  error_code ignored;
  state->acceptor.close(ignored);
  for (Connection* connection : state->connections) {
    if (!connection->busy) {
      connection->cut();
    }
  }
  const auto deadline = steady_clock::now() + longest;
  while (!state->connections.empty() && steady_clock::now() < deadline) {
    co_await state->wait_until(deadline);
  }
  for (Connection* connection : state->connections) {
    connection->cut();
  }
}

// --- serving -------------------------------------------------------------------------------------

asio::awaitable<void> HttpServer::State::accept() {
  const auto self = shared_from_this();
  while (!stopping) {
    if (connections.size() >= options.most_connections) {
      // Those that only keep a connection must not shut others out.
      const auto idle = std::ranges::find(connections, false, &Connection::busy);
      if (idle != connections.end()) {
        (*idle)->cut();
      }
      co_await wait_until(steady_clock::time_point::max());
      continue;
    }
    auto [error, socket] = co_await acceptor.async_accept(kResult);
    if (stopping || error == asio::error::operation_aborted) {
      break;
    }
    if (error) {  // out of descriptors, for one: a moment later there may be some
      co_await wait_until(steady_clock::now() + std::chrono::milliseconds{100});
      continue;
    }
    asio::co_spawn(executor, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::State::serve(tcp::socket socket) {
  const auto self = shared_from_this();
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  Connection connection{std::move(socket), tls};
  connection.at = connections.insert(connections.end(), &connection);
  connection.set_deadline(steady_clock::now() + options.request_limit);
  if (co_await connection.handshake()) {
    std::string received;
    while (co_await answer_one(connection, received)) {
    }
    connection.set_deadline(steady_clock::now() + std::chrono::seconds{1});
    co_await connection.close();
  }
  connections.erase(connection.at);
  changed.cancel();
}

/// Whether another request may follow. `received` is what came beyond the last one.
asio::awaitable<bool> HttpServer::State::answer_one(Connection& connection, std::string& received) {
  RequestReader reader{options.largest_body};
  std::array<char, 16 * 1024> piece;
  bool continued = false;
  connection.busy = false;
  if (stopping) {
    co_return false;
  }
  connection.set_deadline(steady_clock::now() + options.idle);
  while (true) {
    if (received.empty()) {
      const std::size_t size = co_await connection.read(asio::buffer(piece));
      if (size == 0) {
        co_return false;
      }
      received.assign(piece.data(), size);
    }
    if (!connection.busy) {
      connection.busy = true;
      connection.set_deadline(steady_clock::now() + options.request_limit);
    }
    const auto used = reader.feed(received);
    if (!used) {
      const ServerResponse refusal{.status = used.error().status,
                                   .body = used.error().message + "\n"};
      co_await connection.write(bytes_of(refusal, true, false));
      co_return false;
    }
    received.erase(0, *used);
    if (reader.done()) {
      break;
    }
    if (reader.expects_continue() && !continued) {
      continued = true;
      if (!co_await connection.write("HTTP/1.1 100 Continue\r\n\r\n")) {
        co_return false;
      }
    }
  }
  const bool kept = reader.keep_alive();
  ServerRequest request = reader.take();
  const bool with_body = request.method != "HEAD";
  const ServerResponse response = co_await ask_handler(std::move(request));
  const bool keep_alive = kept && !stopping && !winding_down;
  const bool written = co_await connection.write(bytes_of(response, with_body, keep_alive));
  co_return written&& keep_alive;
}

asio::awaitable<ServerResponse> HttpServer::State::ask_handler(ServerRequest request) {
  try {
    co_return co_await handler(std::move(request));
  } catch (const std::exception& bug) {
    log(Level::error, "answering a request failed, which is a bug", {{"error", bug.what()}});
  }
  co_return ServerResponse{.status = 500, .body = "this is a bug of functionmesh\n"};
}

}  // namespace functionmesh::base
