#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "base/http_connection.hpp"
#include "base/http_response.hpp"
#include "cluster/kubernetes/access/access.hpp"

namespace functionmesh::kubernetes {

struct Request {
  std::string method = "GET";
  std::string target;  ///< path and query below the server's own path: "/api/v1/pods?limit=5"
  std::string content_type{};
  std::string body{};
};

struct Response {
  int status = 0;
  std::string body;
};

/// How many answers of which status a verb got; status 0 stands for no answer at all.
using RequestCounts = std::map<std::pair<std::string, int>, std::uint64_t>;

/// Speaks HTTP/1.1 to one API server, over connections that are kept.
///
/// At most 32 requests are under way at a time; others wait. While the server does not answer, or
/// asks for time (429, or 503 with Retry-After), all requests wait together with growing, jittered
/// pauses, and are made again until their own timeout ends. Our requests may be repeated: an apply
/// is idempotent, the rest is conditional or counts on being seen twice. Use it on the loop's
/// thread; it has to outlive what it was asked to do.
class Client {
 public:
  Client(asio::any_io_executor executor, Access access);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// An answer of any status but 401, 429 and 503 is a success here. Fails with `unavailable` when
  /// there was none in time, with `forbidden` when we are not known to the server.
  asio::awaitable<Result<Response>> send(Request request,
                                         std::chrono::milliseconds timeout = kDefaultTimeout);

  /// Gets the body of a 200 answer piece by piece, on a connection of its own, until it ends or
  /// `sink` fails. Any other status is returned with its body. Silence of more than `idle` is an
  /// error.
  asio::awaitable<Result<Response>> stream(Request request,
                                           std::function<Result<void>(std::string_view)> sink,
                                           std::chrono::milliseconds idle);

  /// Ends everything with `unavailable`, now and from now on.
  void stop();
  bool stopped() const { return stopped_; }

  /// Waits, but not beyond stop().
  asio::awaitable<void> pause(std::chrono::milliseconds time);

  /// A random time between half of it and it: so that many do not come back at once.
  std::chrono::milliseconds jittered(std::chrono::milliseconds time);

  /// How many requests were begun so far, watches apart.
  std::uint64_t begun() const { return begun_; }

  /// How many of these are under way.
  int busy() const { return busy_; }

  const Access& access() const { return access_; }
  const RequestCounts& counts() const { return counts_; }

  static constexpr std::chrono::milliseconds kDefaultTimeout{30'000};

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Answer {
    Response response;
    std::string retry_after;
    bool keep_alive = false;
  };
  struct Idle {
    base::HttpConnection connection;
    TimePoint since;
  };

  asio::awaitable<Result<base::HttpConnection>> connect(TimePoint deadline);
  asio::awaitable<Result<std::string>> head_of(const Request& request);
  asio::awaitable<Result<Answer>> attempt(const Request& request, TimePoint deadline);
  asio::awaitable<Result<Answer>> exchange(base::HttpConnection& connection, const Request& request,
                                           TimePoint deadline);
  void keep(base::HttpConnection connection);
  std::optional<base::HttpConnection> take_idle();
  Result<asio::ssl::context*> tls_for(const Identity& identity);
  asio::awaitable<bool> wait_for_turn(TimePoint deadline);
  void end_turn();
  void hold_back(std::chrono::milliseconds at_least);

  asio::any_io_executor executor_;
  Access access_;
  std::string prefix_;  ///< the server's own path, without a final slash
  std::optional<asio::ssl::context> tls_;
  Identity tls_identity_;
  std::list<Idle> idle_;  ///< the latest used first
  int busy_ = 0;
  std::uint64_t begun_ = 0;
  std::deque<std::shared_ptr<asio::steady_timer>> waiting_;
  std::list<asio::steady_timer*> pauses_;
  std::list<base::HttpConnection*> open_;
  TimePoint not_before_{};
  int failures_ = 0;     ///< in a row
  std::string trouble_;  ///< why all wait, until the server answers again
  bool stopped_ = false;
  std::minstd_rand random_;
  RequestCounts counts_;
};

}  // namespace functionmesh::kubernetes
