#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/cluster.hpp"

/// What the pods of a component say about themselves.
namespace functionmesh::reconcile {

using base::Json;
using cluster::Object;

/// Why an instance does not do what it should.
struct Trouble {
  std::string reason;   ///< one word for programs, such as CrashLoopBackOff or BrokerReachable
  std::string message;  ///< for people, with the pod's name: "f-function-1: exited with 1: no jar"
};

struct Instances {
  int ready = 0;
  std::int64_t restarts = 0;
  std::vector<Trouble> troubles;  ///< at most one a pod, in the order of the pods
  std::string last_end;           ///< how the container that ended last did: "f-function-1: ..."
  /// When a pod that is being prepared will have taken too long; nothing else tells us.
  std::optional<std::chrono::milliseconds> look_again;
};

Instances inspect(const std::vector<Object>& pods, base::TimePoint now);

}  // namespace functionmesh::reconcile
