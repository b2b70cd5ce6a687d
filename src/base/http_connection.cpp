#include "base/http_connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <optional>
#include <vector>

namespace functionmesh::base {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

/// The system's word for what happened, as part of a sentence.
std::string words(const error_code& error) {
  if (error == asio::error::host_not_found || error == asio::error::host_not_found_try_again ||
      error == asio::error::no_data || error == asio::error::service_not_found) {
    return "no such host";
  }
  if (error == asio::error::operation_aborted) {
    return "cancelled";
  }
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
    return "it closed the connection";
  }
  std::string text = error.message();
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

/// Why the server's certificate or its TLS was refused.
std::string handshake_words(SSL* ssl, const error_code& error) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK) {
    return std::string("its certificate is not accepted: ") +
           X509_verify_cert_error_string(verdict);
  }
  if (error.category() == asio::error::get_ssl_category()) {
    const char* reason = ERR_reason_error_string(error.value());
    return std::string("no TLS connection: ") + (reason == nullptr ? "refused" : reason);
  }
  return "no TLS connection: " + words(error);
}

using Addresses = std::vector<tcp::endpoint>;

/// A look-up that can be left behind: the system's resolver cannot be interrupted.
struct LookUp {
  explicit LookUp(const asio::any_io_executor& executor) : resolver(executor), arrived(executor) {}

  tcp::resolver resolver;
  asio::steady_timer arrived;  ///< cancelled when the answer is there
  std::optional<error_code> error;
  Addresses addresses;
};

asio::awaitable<Addresses> resolve(const Url& server, HttpConnection::Deadline deadline,
                                   error_code& error) {
  error_code not_numeric;
  const auto address = asio::ip::make_address(server.host, not_numeric);
  if (!not_numeric) {
    Addresses only{{address, static_cast<std::uint16_t>(std::stoul(server.port))}};
    co_return only;
  }
  const auto look_up = std::make_shared<LookUp>(co_await asio::this_coro::executor);
  look_up->arrived.expires_at(deadline);
  look_up->resolver.async_resolve(
      server.host, server.port, tcp::resolver::numeric_service,
      [look_up](const error_code& failure, const tcp::resolver::results_type& found) {
        look_up->error = failure;
        for (const auto& entry : found) {
          look_up->addresses.push_back(entry.endpoint());
        }
        look_up->arrived.cancel();
      });
  error_code waited;
  co_await look_up->arrived.async_wait(asio::redirect_error(asio::use_awaitable, waited));
  if (look_up->error) {
    error = *look_up->error;
  } else {
    look_up->resolver.cancel();
    error = waited ? waited : error_code(asio::error::timed_out);
  }
  co_return look_up->addresses;
}

}  // namespace

void trust_as_the_system_does(asio::ssl::context& tls, boost::system::error_code& error) {
  tls.set_default_verify_paths(error);
  // OpenSSL's own place is Debian's; a static program also runs elsewhere.
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/cert.pem"}) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
      tls.load_verify_file(file, error);
      return;
    }
  }
}

struct HttpConnection::State {
  State(Url to, const asio::any_io_executor& executor)
      : server(std::move(to)), socket(executor), watchdog(executor) {}

  Error error(std::string_view what) const {
    return {Error::Code::unavailable, authority(server) + ": " + std::string(what)};
  }

  Error error(const error_code& code) const {
    if (timed_out) {
      return error("no answer in time");
    }
    return error(words(code));
  }

  Url server;
  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket&>> tls;
  asio::steady_timer watchdog;
  Deadline deadline;
  bool timed_out = false;
  std::array<char, 64 * 1024> buffer;
};

namespace {

/// Closes the socket at the deadline, wherever that has moved meanwhile.
template <typename State>
void watch(const std::shared_ptr<State>& state) {
  state->watchdog.expires_at(state->deadline);
  state->watchdog.async_wait([weak = std::weak_ptr<State>(state)](const error_code& error) {
    const auto alive = weak.lock();
    if (error || !alive) {
      return;
    }
    if (steady_clock::now() < alive->deadline) {
      watch(alive);
      return;
    }
    alive->timed_out = true;
    error_code ignored;
    alive->socket.close(ignored);
  });
}

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<State> state) : state_(std::move(state)) {}
HttpConnection::HttpConnection(HttpConnection&&) noexcept = default;
HttpConnection::~HttpConnection() = default;

asio::awaitable<Result<HttpConnection>> HttpConnection::open(Url server, asio::ssl::context* tls,
                                                             std::string certificate_name,
                                                             Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto state = std::make_shared<State>(std::move(server), executor);

  error_code error;
  const Addresses addresses = co_await resolve(state->server, deadline, error);
  if (error) {
    co_return std::unexpected(state->error(error == asio::error::timed_out
                                               ? "its name could not be looked up in time"
                                               : words(error)));
  }
  std::size_t left = addresses.size();
  error = asio::error::host_not_found;
  for (const auto& address : addresses) {
    // One dead address must not use up the time of those after it.
    const auto now = steady_clock::now();
    state->deadline = now + (deadline - now) / static_cast<long>(left);
    --left;
    state->timed_out = false;
    error_code ignored;
    state->socket.close(ignored);
    watch(state);
    co_await state->socket.async_connect(address, asio::redirect_error(asio::use_awaitable, error));
    if (!error && !state->timed_out) {
      break;
    }
  }
  if (error || state->timed_out) {
    co_return std::unexpected(state->error(error));
  }
  HttpConnection connection(state);
  connection.set_deadline(deadline);
  state->socket.set_option(tcp::no_delay(true), error);
  if (!state->server.tls) {
    co_return connection;
  }

  state->tls.emplace(state->socket, *tls);
  SSL* ssl = state->tls->native_handle();
  const std::string& name = certificate_name.empty() ? state->server.host : certificate_name;
  error_code numeric;
  asio::ip::make_address(name, numeric);
  if (numeric) {
    SSL_set_tlsext_host_name(ssl, name.c_str());
  }
  if (!certificate_name.empty() && SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE) {
    const asio::ssl::host_name_verification matches(certificate_name);
    state->tls->set_verify_callback([matches](bool trusted, asio::ssl::verify_context& context) {
      if (!trusted || matches(trusted, context)) {
        return trusted;
      }
      X509_STORE_CTX_set_error(context.native_handle(), X509_V_ERR_HOSTNAME_MISMATCH);
      return false;
    });
  }
  co_await state->tls->async_handshake(asio::ssl::stream_base::client,
                                       asio::redirect_error(asio::use_awaitable, error));
  if (error && !state->timed_out) {
    co_return std::unexpected(state->error(handshake_words(ssl, error)));
  }
  if (error) {
    co_return std::unexpected(state->error(error));
  }
  co_return connection;
}

void HttpConnection::set_deadline(Deadline deadline) {
  const bool sooner = deadline < state_->watchdog.expiry();
  state_->deadline = deadline;
  if (sooner) {
    watch(state_);
  }
}

void HttpConnection::close() {
  error_code ignored;
  state_->socket.close(ignored);
}

asio::awaitable<Result<void>> HttpConnection::write(std::string_view bytes) {
  const auto state = state_;
  const auto data = asio::buffer(bytes.data(), bytes.size());
  error_code error;
  if (state->tls) {
    co_await asio::async_write(*state->tls, data, asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await asio::async_write(state->socket, data,
                               asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) {
    co_return std::unexpected(state->error(error));
  }
  co_return Result<void>{};
}

asio::awaitable<Result<std::string_view>> HttpConnection::read() {
  const auto state = state_;
  const auto space = asio::buffer(state->buffer);
  error_code error;
  std::size_t size = 0;
  if (state->tls) {
    size = co_await state->tls->async_read_some(space,
                                                asio::redirect_error(asio::use_awaitable, error));
  } else {
    size = co_await state->socket.async_read_some(space,
                                                  asio::redirect_error(asio::use_awaitable, error));
  }
  if (error == asio::error::eof) {
    co_return std::string_view{};
  }
  if (error) {
    co_return std::unexpected(state->error(error));
  }
  co_return std::string_view(state->buffer.data(), size);
}

}  // namespace functionmesh::base
