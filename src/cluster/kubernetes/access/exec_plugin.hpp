#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "cluster/kubernetes/access/access.hpp"

namespace functionmesh::kubernetes {

/// A program that is asked who we are (client.authentication.k8s.io/v1 and v1beta1).
struct ExecPlugin {
  enum class Interactive {
    never,         ///< it gets no standard input
    if_available,  ///< it gets ours when that is a terminal
    always,        ///< it cannot do without a terminal
  };

  std::string command;  ///< a path, or a name that is looked up on the PATH
  std::vector<std::string> arguments{};
  std::map<std::string, std::string> environment{};  ///< over our own
  std::string api_version;
  Interactive interactive = Interactive::if_available;
  std::string install_hint{};
  base::Json cluster{};  ///< told to it when it is no null
  std::string name{};    ///< where the user wrote it, for messages
};

/// What such a program says.
struct ExecAnswer {
  Identity identity;
  base::TimePoint expires = base::TimePoint::max();
};

/// Reads its standard output. The error says what is wrong and shows none of it: there may be a
/// token in it.
Result<ExecAnswer> read_exec_answer(std::string_view output, std::string_view api_version);

struct ExecLimits {
  std::chrono::milliseconds longest{std::chrono::minutes{1}};            ///< of one run
  std::chrono::milliseconds longest_with_user{std::chrono::minutes{5}};  ///< when a user may type
};

/// Runs the plug-in when its last answer is about to expire or was refused, one run at a time,
/// without blocking the loop. A failure is remembered for a few seconds.
std::shared_ptr<Credentials> exec_credentials(ExecPlugin plugin, const base::Clock& clock,
                                              ExecLimits limits = {});

}  // namespace functionmesh::kubernetes
