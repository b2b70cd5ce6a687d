#include "reconcile/instances.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "reconcile/metadata.hpp"

namespace functionmesh::reconcile {
namespace {

constexpr std::size_t kLongestMessage = 300;

/// For mounting what a pod needs.
constexpr std::chrono::milliseconds kLongestPreparation = std::chrono::minutes{2};

/// Waiting for these is how every pod begins.
constexpr std::array kOrdinaryWaits = {"ContainerCreating", "PodInitializing"};

/// What these say is said better by the containers.
constexpr std::array kConditionsOfContainers = {"Ready", "ContainersReady", "Initialized"};

std::string_view last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  const std::size_t begin = text.rfind('\n');
  return begin == std::string_view::npos ? text : text.substr(begin + 1);
}

std::string shortened(std::string_view text) {
  if (text.size() <= kLongestMessage) {
    return std::string{text};
  }
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;  // not within a character of UTF-8
  }
  return std::string{text.substr(0, end)} + "...";
}

const base::JsonArray& list_at(const Json& value, std::initializer_list<std::string_view> path) {
  static const base::JsonArray kNone;
  const Json* list = base::find(value, path);
  return list != nullptr && list->is_array() ? list->get_array() : kNone;
}

/// "exited with 1: last line of what it said".
std::string ending_of(const Json& terminated) {
  const std::int64_t signal = base::number_at(terminated, {"signal"});
  std::string text =
      signal != 0 ? "killed by signal " + std::to_string(signal)
                  : "exited with " + std::to_string(base::number_at(terminated, {"exitCode"}));
  const std::string_view reason = base::text_at(terminated, {"reason"});
  if (reason != "Error" && reason != "Completed" && !reason.empty()) {
    text = std::string{reason} + ": " + text;
  }
  const std::string_view said = last_line(base::text_at(terminated, {"message"}));
  return said.empty() ? text : text + ": " + shortened(said);
}

std::optional<Trouble> trouble_of_container(const Json& status) {
  const std::int64_t restarts = base::number_at(status, {"restartCount"});
  const std::string again = restarts > 0 ? " (" + std::to_string(restarts) + " restarts)" : "";
  if (const Json* ended = base::find(status, {"state", "terminated"})) {
    if (base::number_at(*ended, {"exitCode"}) == 0 && base::text_at(*ended, {"reason"}).empty()) {
      return std::nullopt;
    }
    const std::string reason{base::text_at(*ended, {"reason"}, "Terminated")};
    return Trouble{reason, ending_of(*ended) + again};
  }
  const Json* waiting = base::find(status, {"state", "waiting"});
  if (waiting == nullptr) {
    return std::nullopt;
  }
  const std::string reason{base::text_at(*waiting, {"reason"}, "Waiting")};
  if (std::ranges::find(kOrdinaryWaits, reason) != kOrdinaryWaits.end()) {
    return std::nullopt;
  }
  if (const Json* last = base::find(status, {"lastState", "terminated"})) {
    return Trouble{reason, ending_of(*last) + again};
  }
  const std::string_view message = base::text_at(*waiting, {"message"});
  return Trouble{reason, message.empty() ? reason + again : shortened(message) + again};
}

std::optional<Trouble> trouble_of_conditions(const Json& pod) {
  for (const Json& condition : list_at(pod, {"status", "conditions"})) {
    const std::string_view type = base::text_at(condition, {"type"});
    const std::string_view message = base::text_at(condition, {"message"});
    if (base::text_at(condition, {"status"}) == "False" && !message.empty() &&
        std::ranges::find(kConditionsOfContainers, type) == kConditionsOfContainers.end()) {
      return Trouble{std::string{base::text_at(condition, {"reason"}, type)}, shortened(message)};
    }
  }
  return std::nullopt;
}

std::optional<Trouble> trouble_of(const Json& pod) {
  for (const std::string_view list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& status : list_at(pod, {"status", list})) {
      const bool initial = list == "initContainerStatuses";
      const bool done = initial && base::find(status, {"state", "terminated"}) != nullptr &&
                        base::number_at(status, {"state", "terminated", "exitCode"}) == 0;
      if (done) {
        continue;
      }
      if (auto trouble = trouble_of_container(status)) {
        return trouble;
      }
    }
  }
  if (auto trouble = trouble_of_conditions(pod)) {
    return trouble;
  }
  const std::string_view message = base::text_at(pod, {"status", "message"});
  if (base::text_at(pod, {"status", "phase"}) == "Failed" && !message.empty()) {
    return Trouble{std::string{base::text_at(pod, {"status", "reason"}, "Failed")},
                   shortened(message)};
  }
  return std::nullopt;
}

const Json* condition_of(const Json& pod, std::string_view type) {
  for (const Json& condition : list_at(pod, {"status", "conditions"})) {
    if (base::text_at(condition, {"type"}) == type) {
      return &condition;
    }
  }
  return nullptr;
}

/// How long a pod has a node and no sandbox with its volumes on it; nullopt when it has one (it may
/// be pulling an image, which takes its time) or no node.
std::optional<std::chrono::milliseconds> time_in_preparation(const Json& pod, base::TimePoint now) {
  const Json* scheduled = condition_of(pod, "PodScheduled");
  const Json* prepared = condition_of(pod, "PodReadyToStartContainers");
  if (scheduled == nullptr || base::text_at(*scheduled, {"status"}) != "True" ||
      prepared == nullptr || base::text_at(*prepared, {"status"}) != "False" ||
      base::text_at(pod, {"status", "phase"}) != "Pending") {
    return std::nullopt;
  }
  const auto since = time_of(base::text_at(*scheduled, {"lastTransitionTime"}));
  return since ? std::optional{now - *since} : std::nullopt;
}

/// A ConfigMap or Secret that is not there shows in events of the pod only; here it shows by time.
std::optional<Trouble> trouble_by_time(const Json& pod, base::TimePoint now, Instances& all) {
  const auto taken = time_in_preparation(pod, now);
  if (!taken) {
    return std::nullopt;
  }
  if (*taken >= kLongestPreparation) {
    return Trouble{"NotPrepared",
                   "its volumes are not there after two minutes: is a ConfigMap, a Secret or a "
                   "PersistentVolume missing? `kubectl describe pod` says which"};
  }
  all.look_again =
      std::min(all.look_again.value_or(kLongestPreparation), kLongestPreparation - *taken);
  return std::nullopt;
}

bool is_ready(const Json& pod) {
  return std::ranges::any_of(list_at(pod, {"status", "conditions"}), [](const Json& condition) {
    return base::text_at(condition, {"type"}) == "Ready" &&
           base::text_at(condition, {"status"}) == "True";
  });
}

}  // namespace

Instances inspect(const std::vector<Object>& pods, base::TimePoint now) {
  Instances all;
  std::string latest;
  for (const Object& pod : pods) {
    if (is_being_deleted(*pod)) {
      continue;  // how it ends is no news
    }
    const std::string name{base::text_at(*pod, {"metadata", "name"})};
    all.ready += is_ready(*pod) ? 1 : 0;
    for (const Json& status : list_at(*pod, {"status", "containerStatuses"})) {
      all.restarts += base::number_at(status, {"restartCount"});
      const Json* last = base::find(status, {"lastState", "terminated"});
      if (last != nullptr && base::text_at(*last, {"finishedAt"}) >= latest) {
        latest = base::text_at(*last, {"finishedAt"});
        all.last_end = name + ": " + ending_of(*last);
      }
    }
    auto trouble = trouble_of(*pod);
    if (!trouble) {
      trouble = trouble_by_time(*pod, now, all);
    }
    if (trouble) {
      trouble->message = name + ": " + trouble->message;
      all.troubles.push_back(std::move(*trouble));
    }
  }
  return all;
}

}  // namespace functionmesh::reconcile
