#include "view/status.hpp"

#include <algorithm>

#include "base/metadata.hpp"
#include "view/human.hpp"
#include "view/live.hpp"

namespace functionmesh::view {
namespace {

using base::number_at;
using base::text_at;

std::string text(const Json& value, std::initializer_list<std::string_view> path) {
  return std::string(text_at(value, path));
}

Condition condition_of(std::string name, const Json& value) {
  return {std::move(name), text(value, {"status"}), text(value, {"action"}),
          text(value, {"reason"}), text(value, {"message"})};
}

void add_members(std::vector<Condition>& conditions, const Json* members,
                 const std::string& prefix) {
  if (members == nullptr || !members->is_object()) {
    return;
  }
  for (const auto& [key, value] : members->get_object()) {
    conditions.push_back(condition_of(prefix + std::string(key), value));
  }
}

// Why a container of the pod does not run, the first that there is.
struct Trouble {
  std::string word;
  std::string message;
};

std::string ended_message(const Json& terminated) {
  std::string message = text(terminated, {"message"});
  const std::int64_t code = number_at(terminated, {"exitCode"}, -1);
  if (message.empty() && code >= 0) {
    message = "exited with " + std::to_string(code);
  }
  return message;
}

Trouble trouble_of(const Json& pod) {
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& status : array_at(pod, {"status", list})) {
      if (const Json* waiting = base::find(status, {"state", "waiting"})) {
        Trouble trouble{text(*waiting, {"reason"}), text(*waiting, {"message"})};
        const Json* last = base::find(status, {"lastState", "terminated"});
        if (trouble.message.empty() && last != nullptr) {
          trouble.message = ended_message(*last);
        }
        return {trouble.word.empty() ? "Waiting" : trouble.word, trouble.message};
      }
      const Json* ended = base::find(status, {"state", "terminated"});
      if (ended != nullptr && number_at(*ended, {"exitCode"}) != 0) {
        const std::string word = text(*ended, {"reason"});
        return {word.empty() ? "Error" : word, ended_message(*ended)};
      }
    }
  }
  return {};
}

State mesh_state(const Json& object) {
  State state;
  for (const Condition& condition : conditions_of(object)) {
    if (condition.name == "FunctionMesh") {
      state.word = condition.status == "True" ? "Ready" : "Pending";
      continue;
    }
    state.ready += condition.status == "True" ? 1 : 0;
    if (condition.status != "True" && state.message.empty() && !condition.message.empty()) {
      state.message = condition.name + ": " + condition.message;
    }
  }
  for (const char* list : {"functions", "sources", "sinks"}) {
    state.wanted += static_cast<std::int64_t>(array_at(object, {"spec", list}).size());
  }
  // Conditions of parts that are being deleted say True too.
  state.ready = number_at(object, {"status", "ready"}, std::min(state.ready, state.wanted));
  return state;
}

State workload_state(const Json& object) {
  State state;
  state.wanted =
      number_at(object, {"spec", "replicas"}, number_at(object, {"status", "replicas"}, 1));
  state.ready = number_at(object, {"status", "readyReplicas"});
  for (const Condition& condition : conditions_of(object)) {
    if (condition.name == "StatefulSet") {
      state.word = condition.status == "True" ? "Ready" : "Pending";
    }
    if (condition.status != "True" && state.message.empty()) {
      state.message = condition.message;
    }
  }
  return state;
}

// "CrashLoopBackOff" says more than "Degraded".
std::string reason_of_degraded(const Json& object) {
  for (const Condition& condition : conditions_of(object)) {
    if (condition.name == "StatefulSet" && paint_of(condition.reason) == Paint::bad) {
      return condition.reason;
    }
  }
  return "Degraded";
}

}  // namespace

const base::JsonArray& array_at(const Json& value, std::initializer_list<std::string_view> path) {
  static const base::JsonArray kNone;
  const Json* found = base::find(value, path);
  return found != nullptr && found->is_array() ? found->get_array() : kNone;
}

std::vector<Condition> conditions_of(const Json& object) {
  std::vector<Condition> conditions;
  const Json* own = base::find(object, {"status", "conditions"});
  if (own != nullptr && own->is_array()) {
    for (const Json& value : own->get_array()) {
      conditions.push_back(condition_of(text(value, {"type"}), value));
    }
  }
  add_members(conditions, own, "");
  add_members(conditions, base::find(object, {"status", "sourceConditions"}), "source ");
  add_members(conditions, base::find(object, {"status", "functionConditions"}), "function ");
  add_members(conditions, base::find(object, {"status", "sinkConditions"}), "sink ");
  if (const Json* overall = base::find(object, {"status", "condition"})) {
    conditions.push_back(condition_of("FunctionMesh", *overall));
  }
  return conditions;
}

State component_state(const Json& object, const std::vector<Json>& pods) {
  State state = is_mesh(object) ? mesh_state(object) : workload_state(object);
  const std::string phase = text(object, {"status", "phase"});
  const std::string message = text(object, {"status", "message"});
  state.word = !phase.empty() ? phase : state.word.empty() ? "Pending" : state.word;
  state.message = message.empty() ? state.message : message;
  if (base::is_being_deleted(object)) {
    state.word = "Terminating";
    return state;
  }
  if (paint_of(state.word) == Paint::good) {
    // Well, but not what the spec says by now.
    state.message = text(object, {"status", "pendingChange"});
    return state;
  }
  if (phase == "Degraded" && !is_mesh(object)) {
    state.word = reason_of_degraded(object);
  }
  // The instances are counted in a column of their own: the pod's words alone are shorter.
  for (const Json& pod : pods) {
    const Trouble trouble = trouble_of(pod);
    if (paint_of(trouble.word) == Paint::bad) {
      state.word = paint_of(state.word) == Paint::bad ? state.word : trouble.word;
      if (!trouble.message.empty()) {
        state.message = name_of(pod) + ": " + trouble.message;
      }
      break;
    }
  }
  return state;
}

State pod_state(const Json& pod) {
  State state;
  for (const Json& status : array_at(pod, {"status", "containerStatuses"})) {
    const Json* ready = base::find(status, {"ready"});
    state.ready += ready != nullptr && ready->is_bool() && ready->get_bool() ? 1 : 0;
  }
  state.wanted = static_cast<std::int64_t>(array_at(pod, {"spec", "containers"}).size());
  const Trouble trouble = trouble_of(pod);
  state.word = trouble.word;
  state.message = trouble.message;
  for (const char* field : {"reason", "phase"}) {
    if (state.word.empty()) {
      state.word = text(pod, {"status", field});
    }
  }
  if (state.word.empty()) {
    state.word = "Unknown";
  }
  if (state.message.empty()) {
    state.message = text(pod, {"status", "message"});
  }
  for (const Condition& condition : conditions_of(pod)) {
    if (state.message.empty() && condition.name == "Ready" && condition.status == "False") {
      state.message = condition.message;
    }
  }
  if (base::is_being_deleted(pod)) {
    state.word = "Terminating";
  }
  return state;
}

std::int64_t restarts_of(const Json& pod) {
  std::int64_t sum = 0;
  for (const Json& status : array_at(pod, {"status", "containerStatuses"})) {
    sum += number_at(status, {"restartCount"});
  }
  return sum;
}

std::string process_of(const Json& pod) {
  return text(pod, {"metadata", "annotations", "functionmesh.io/pid"});
}

std::string log_file_of(const Json& pod) {
  return text(pod, {"metadata", "annotations", "functionmesh.io/log-file"});
}

std::string ports_of(const Json& pod) {
  std::string result;
  const auto add = [&](std::string_view name, const std::string& number) {
    result += (result.empty() ? "" : ", ") + std::string(name) + (name.empty() ? "" : " ") + number;
  };
  for (const char* name : {"grpc", "metrics"}) {
    const std::string annotation = "functionmesh.io/" + std::string(name) + "-port";
    const std::string number = text(pod, {"metadata", "annotations", annotation});
    if (!number.empty()) {
      add(name, number);
    }
  }
  if (!result.empty()) {
    return result;
  }
  for (const Json& container : array_at(pod, {"spec", "containers"})) {
    for (const Json& port : array_at(container, {"ports"})) {
      add(text_at(port, {"name"}), std::to_string(number_at(port, {"containerPort"})));
    }
  }
  return result;
}

std::string kind_of(const Json& object) {
  return text(object, {"kind"});
}

std::string name_of(const Json& object) {
  return text(object, {"metadata", "name"});
}

std::string namespace_name_of(const Json& object) {
  const std::string name = text(object, {"metadata", "namespace"});
  return name.empty() ? "default" : name;
}

std::string age_of(const Json& object, base::TimePoint now) {
  return age_since(text_at(object, {"metadata", "creationTimestamp"}), now);
}

bool is_component(const Json& object) {
  const std::string_view kind = text_at(object, {"kind"});
  return kind == "Function" || kind == "Source" || kind == "Sink";
}

bool is_mesh(const Json& object) {
  return text_at(object, {"kind"}) == "FunctionMesh";
}

}  // namespace functionmesh::view
