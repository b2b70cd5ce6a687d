#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/url.hpp"

namespace functionmesh::base {

/// Trusts the certificate authorities that this machine trusts.
void trust_as_the_system_does(boost::asio::ssl::context& tls, boost::system::error_code& error);

/// Bytes to and from a server, in the clear or in TLS, never beyond a deadline.
///
/// Every error is `unavailable` and names the server. Used on the loop's thread.
class HttpConnection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// `tls` is used for https only; the server's certificate must then be for `certificate_name`
  /// (empty: for any name).
  static boost::asio::awaitable<Result<HttpConnection>> open(Url server,
                                                             boost::asio::ssl::context* tls,
                                                             std::string certificate_name,
                                                             Deadline deadline);
  HttpConnection(HttpConnection&&) noexcept;
  ~HttpConnection();

  /// From now on what is under way fails at this time.
  void set_deadline(Deadline deadline);

  boost::asio::awaitable<Result<void>> write(std::string_view bytes);

  /// Ends what is under way, with an error; may be called from anywhere on the loop's thread.
  void close();

  /// What came next, valid until the next call; empty at the end of the stream.
  boost::asio::awaitable<Result<std::string_view>> read();

 private:
  struct State;
  explicit HttpConnection(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace functionmesh::base
