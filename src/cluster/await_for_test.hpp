#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

namespace functionmesh::cluster {

namespace asio = boost::asio;

/// The result of a coroutine, for tests: runs what is ready on the loop until it is complete.
template <typename T>
T await(asio::io_context& loop, asio::awaitable<T> work) {
  std::optional<T> result;
  asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, T value) {
    if (error) {
      std::rethrow_exception(error);
    }
    result.emplace(std::move(value));
  });
  loop.restart();
  while (!result && loop.run_one() > 0) {
  }
  EXPECT_TRUE(result.has_value()) << "the coroutine waits for something that never happens";
  return std::move(result).value();
}

/// Runs everything that is ready.
inline void settle(asio::io_context& loop) {
  loop.restart();
  while (loop.poll() > 0) {
  }
}

}  // namespace functionmesh::cluster
