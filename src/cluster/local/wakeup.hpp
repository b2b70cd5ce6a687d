#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace functionmesh::local {

/// What one coroutine waits for and others on the same loop announce. An announcement that comes
/// while nobody waits is kept for the next wait; several count as one.
class Wakeup {
 public:
  explicit Wakeup(boost::asio::any_io_executor executor) : timer_(executor) {}

  void notify() {
    announced_ = true;
    timer_.cancel();
  }

  /// Drops an announcement that nobody waited for.
  void forget() { announced_ = false; }

  boost::asio::awaitable<void> wait() { return wait_for(std::chrono::hours{24}); }

  /// Returns at an announcement or after `longest`, whichever comes first.
  boost::asio::awaitable<void> wait_for(std::chrono::milliseconds longest) {
    if (!announced_) {
      timer_.expires_after(longest);
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    announced_ = false;
  }

 private:
  boost::asio::steady_timer timer_;
  bool announced_ = false;
};

}  // namespace functionmesh::local
