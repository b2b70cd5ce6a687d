#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <optional>

#include "cli/commands.hpp"
#include "cluster/kubernetes/client.hpp"
#include "cluster/kubernetes/reader.hpp"

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

/// A cluster to talk to, as the options name it.
struct Session {
  boost::asio::io_context& loop;
  kubernetes::Client& client;
  kubernetes::Reader& reader;
  std::string namespace_;  ///< empty: all
};

/// How to reach the cluster that the options name.
base::Result<kubernetes::Access> access_of(const ClusterOptions& options);

/// The namespace that the options name, or that of the context; empty: all.
std::string namespace_in(const ClusterOptions& options, const kubernetes::Access& access);

/// Does the work on the cluster; its exit code, or kProblems after having said why there is no
/// cluster to talk to.
int with_cluster(const ClusterOptions& options,
                 const std::function<boost::asio::awaitable<int>(Session&)>& work);

}  // namespace functionmesh::cli
