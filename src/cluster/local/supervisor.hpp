#pragma once

#include <sys/types.h>

#include <cstdint>

namespace functionmesh::local {

/// What a supervisor tells over its control socket.
struct Report {
  enum class Kind : std::int32_t {
    started,  ///< value: the process's id
    failed,   ///< value: errno of chdir or exec
    ended,    ///< value: the wait status; all that it started is gone too
  };
  Kind kind;
  std::int32_t value;
};

/// What it is told there, one byte each. The end of the connection means `kill`.
enum class Order : char { terminate = 'T', kill = 'K' };

/// Pointers into the memory of the program that forks: all is prepared before the fork.
struct Start {
  char* const* arguments;
  char* const* environment;
  const char* program;  ///< the full path
  const char* folder;
  int control;  ///< this side's end of a SOCK_SEQPACKET pair
  int output;   ///< where stdout and stderr go
};

/// Runs in a fresh fork of the program, never returns, uses only what is safe there.
///
/// Starts the process in a session of its own, adopts what it orphans (as a "child subreaper"),
/// reports, obeys, and exits when nothing of it is left. Deaf to signals that end programs: it ends
/// with its work, or with the control connection, which closes however the program ends.
[[noreturn]] void supervise(const Start& start);

}  // namespace functionmesh::local
