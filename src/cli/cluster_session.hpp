#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "cli/commands.hpp"
#include "cluster/kubernetes/client.hpp"

namespace functionmesh::cli {

/// The result of a coroutine: runs the loop until nothing is left to do on it.
template <typename T>
T run_on(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
  std::optional<T> result;
  std::exception_ptr bug;
  boost::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, T value) {
    bug = error;
    result.emplace(std::move(value));
  });
  loop.run();
  if (bug != nullptr) {
    std::rethrow_exception(bug);
  }
  return std::move(*result);
}

/// How to reach the cluster that the options name.
base::Result<kubernetes::Access> access_of(const ClusterOptions& options);

/// The namespace that the options name, or that of the context; empty: all.
std::string namespace_in(const ClusterOptions& options, const kubernetes::Access& access);

}  // namespace functionmesh::cli
