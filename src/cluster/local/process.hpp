#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace functionmesh::local {

/// What is to be run. `arguments[0]` is looked up on the PATH of `environment`.
struct Command {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  ///< all of it; nothing is inherited
  std::filesystem::path folder;                    ///< the working directory
};

/// How a process ended: by itself with a code, or by a signal (then the code is 128 + signal).
struct Ending {
  int code = 0;
  int signal = 0;
};

/// A process of this machine with all that it starts, which ends as one.
///
/// Between this program and the process stands a small supervisor (supervisor.hpp). When the
/// process ends, or this program ends in whatever way (SIGKILL too), the supervisor kills whatever
/// the process started and left behind, also what moved to another session. Nothing of it outlives
/// ended(). Use it on the loop's thread; the destructor kills.
class Process {
 public:
  using Output = std::function<void(std::string_view)>;

  /// Starts it; `output` gets what it writes to stdout and stderr. The error says why it could not
  /// be started: no such program, no such folder, no more processes.
  static boost::asio::awaitable<base::Result<std::unique_ptr<Process>>> start(
      boost::asio::any_io_executor executor, Command command, Output output);

  ~Process();

  pid_t id() const;

  /// SIGTERM to the process itself, as a kubelet does.
  void terminate();

  /// SIGKILL to it and all that it started.
  void kill();

  /// Waits until it has ended, all that it started too, and its output has been read.
  boost::asio::awaitable<Ending> ended();

 private:
  struct State;
  explicit Process(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace functionmesh::local
