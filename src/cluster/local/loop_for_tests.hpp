#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>

#include "cluster/local/wakeup.hpp"

namespace functionmesh::local {

/// Runs one coroutine to its end; fails the test when it takes longer than `limit`.
inline void run(boost::asio::io_context& loop, boost::asio::awaitable<void> work,
                std::chrono::milliseconds limit = std::chrono::seconds{20}) {
  bool done = false;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error) {
    done = true;
    loop.stop();
    if (error) {
      std::rethrow_exception(error);
    }
  });
  loop.restart();
  loop.run_for(limit);
  ASSERT_TRUE(done) << "did not end within " << limit.count() << " ms";
}

inline boost::asio::awaitable<void> pause_for(boost::asio::io_context& loop,
                                              std::chrono::milliseconds time) {
  boost::asio::steady_timer timer(loop, time);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

/// True as soon as `condition` is, false when it is not after `limit`.
inline boost::asio::awaitable<bool> eventually(
    boost::asio::io_context& loop, std::function<bool()> condition,
    std::chrono::milliseconds limit = std::chrono::seconds{5}) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      co_return false;
    }
    co_await pause_for(loop, std::chrono::milliseconds{10});
  }
  co_return true;
}

/// A folder of its own for each test, removed afterwards.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "functionmesh-test-XXXXXX");
    path_ = ::mkdtemp(name.data());
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace functionmesh::local
