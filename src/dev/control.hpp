#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/error.hpp"
#include "base/json.hpp"

/// How other commands talk to a running `functionmesh dev`: one JSON request a line over a Unix
/// socket in the state folder, one JSON answer a line. The socket is its owner's alone (mode 0600).
/// An answer is {"result": ...} or {"error": {"code": ..., "message": ...}}.
namespace functionmesh::dev {

/// Answers one request. Runs on the event loop.
using RequestHandler =
    std::function<boost::asio::awaitable<base::Result<base::Json>>(base::Json request)>;

/// Listens until it is destroyed; requests of one connection are answered in order.
class ControlServer {
 public:
  ControlServer(boost::asio::any_io_executor executor, RequestHandler handler);
  ~ControlServer();

  /// Fails with `unavailable` when the socket cannot be made there.
  base::Result<void> listen(const std::filesystem::path& state_folder);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

/// Sends one request and waits for the answer, 30 seconds at most. Blocks: for commands, not for
/// the event loop. Without a running `dev` the error says how to start one.
base::Result<base::Json> call(const std::filesystem::path& state_folder, const base::Json& request);

}  // namespace functionmesh::dev
