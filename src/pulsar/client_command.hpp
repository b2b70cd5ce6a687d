#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "pulsar/access.hpp"

namespace functionmesh::pulsar {

/// Messages for a topic. {n} in a message or the key stands for the number, from 1 on.
struct Send {
  std::string topic;
  std::vector<std::string> messages{};  ///< none: the lines of standard input
  std::string key{};
  int count = 1;    ///< how often each is sent
  double rate = 0;  ///< messages a second; 0: as fast as it goes
};

/// Prints a topic's messages to standard output, one a line.
struct Tail {
  std::string topic;
  bool from_earliest = false;  ///< else what comes from now on
  int count = 0;               ///< end after so many; 0: never
  bool json = false;           ///< with key, properties and time
};

/// A program to run in place of this one (execve).
struct ClientCommand {
  std::vector<std::string> arguments;  ///< [0] is the program
  std::map<std::string, std::string> environment;
};

/// The Python client that does it; `python` must have the package pulsar-client. Credentials go
/// into the environment, not into the list of processes. Exit code 1 and a line on stderr when it
/// fails. Fails here when the topic's name is none.
base::Result<ClientCommand> client_command(const std::filesystem::path& python,
                                           const Access& access,
                                           const std::variant<Send, Tail>& task);

}  // namespace functionmesh::pulsar
