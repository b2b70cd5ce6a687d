#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

/// From what is known about a local pod to the status that Kubernetes would show. Pure.
namespace functionmesh::local {

/// Why a container does not run at the moment.
struct Waiting {
  std::string reason;  ///< one word: CrashLoopBackOff, FunctionFileMissing, ...
  std::string message;

  bool operator==(const Waiting&) const = default;
};

/// How a container ended.
struct Terminated {
  int code = 0;
  int signal = 0;
  std::string reason;  ///< Completed, Error or OOMKilled
  std::string message;
  base::TimePoint started;
  base::TimePoint finished;
};

/// A condition of a pod and since when it is as it is.
struct Condition {
  bool holds = false;
  std::string reason;
  std::string message;
  base::TimePoint since{};

  /// Takes over what differs; `since` moves only when `holds` does. True when anything differed.
  bool set(bool now_holds, std::string why, std::string words, base::TimePoint now);
};

/// What is known about a pod. Exactly one of waiting, running_since and finished is set.
struct PodState {
  base::TimePoint created{};
  std::optional<Waiting> waiting = Waiting{"ContainerCreating", ""};
  std::optional<base::TimePoint> running_since;
  std::optional<Terminated> finished;  ///< it will not run again: a Job's pod
  std::optional<Terminated> last;      ///< how it ended before
  int restarts = 0;
  bool answers = false;  ///< on its metrics port; always true for a pod that needs no probe
  bool terminating = false;
  Condition ready;
  std::optional<Condition> broker;  ///< nullopt: the pod has none
  std::optional<Condition> output;  ///< set once output could not be written

  /// Brings `ready` in line with the rest. True when it changed.
  bool update_ready(base::TimePoint now);
};

/// The status of a pod with one container of this name.
base::Json pod_status(const PodState& state, const std::string& container,
                      const std::string& image);

/// "exited with 1 after 2.1 s", "was killed by signal 9 (Killed) after 61 s".
std::string how_it_ended(const Terminated& end);

/// "exited with 1 after 2.1 s: ModuleNotFoundError: ...; tries again in 4 s".
std::string back_off_message(const Terminated& end, std::chrono::seconds pause);

}  // namespace functionmesh::local
