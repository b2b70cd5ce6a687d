#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace functionmesh::base {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< http://host[:port]/path?query or https://...
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  /// Whether Authorization goes along when the server redirects to another one, as Pulsar's brokers
  /// do among themselves.
  bool keep_credentials = false;
};

struct HttpResponse {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// How an https server is judged. Verification is on unless it is turned off here.
struct TlsOptions {
  std::string trust_file;  ///< PEM; empty: the system's certificates
  bool allow_insecure = false;
  bool verify_host = true;
};

/// A small HTTP/1.1 client on an event loop: one connection a request.
///
/// Use it on the loop's thread. Every call ends by its timeout at the latest with `unavailable` and
/// a message that names the URL's host and what went wrong ("connection refused"); an answer of any
/// status is a success here. Up to five redirects are followed, never from https to http. A
/// response body beyond 64 MiB is refused by send(); download() has no such limit.
class HttpClient {
 public:
  explicit HttpClient(TlsOptions tls = {});
  ~HttpClient();

  boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request,
                                                    std::chrono::milliseconds timeout);

  /// Streams the body of a 200 answer into `file`: written beside it first, renamed when complete,
  /// so that `file` is either whole or untouched. `timeout` is for silence, not for the whole. Any
  /// other status is `not_found` (404) or `unavailable`.
  boost::asio::awaitable<Result<void>> download(HttpRequest request, std::filesystem::path file,
                                                std::chrono::milliseconds timeout);

 private:
  struct Tls;
  std::unique_ptr<Tls> tls_;
};

}  // namespace functionmesh::base
