#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cluster/kubernetes/access/access.hpp"

namespace functionmesh::kubernetes {

/// A program that answers and ends.
struct ShortCommand {
  std::string program;  ///< a path, or a name on our PATH
  std::vector<std::string> arguments{};
  std::map<std::string, std::string> environment{};  ///< all of it
  /// Whether it may talk to the user: it gets our standard input and error. Otherwise it gets no
  /// input and what it writes to standard error is kept.
  bool terminal = false;
};

struct ShortEnding {
  int code = 0;        ///< 128 + signal for one that was killed
  std::string output;  ///< at most 1 MiB
  std::string errors;  ///< the last 500 bytes
};

/// Runs it without blocking the loop. After `longest` it is killed with all that it started (with
/// `terminal`, only itself). It inherits no open files of ours.
asio::awaitable<Result<ShortEnding>> run_short(ShortCommand command,
                                               std::chrono::milliseconds longest);

}  // namespace functionmesh::kubernetes
