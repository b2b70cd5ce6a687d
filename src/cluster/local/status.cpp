#include "cluster/local/status.hpp"

#include <cstring>

namespace functionmesh::local {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

/// "2.1 s", "61 s".
std::string duration_text(base::TimePoint from, base::TimePoint to) {
  const auto time = to - from;
  const auto tenths = std::max<std::int64_t>(time.count(), 0) / 100;
  if (tenths >= 100) {
    return std::to_string(tenths / 10) + " s";
  }
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

JsonObject terminated_json(const Terminated& end) {
  JsonObject json{{"exitCode", end.code},
                  {"reason", end.reason},
                  {"startedAt", base::rfc3339(end.started)},
                  {"finishedAt", base::rfc3339(end.finished)}};
  if (end.signal != 0) {
    json["signal"] = end.signal;
  }
  if (!end.message.empty()) {
    json["message"] = end.message;
  }
  return json;
}

JsonObject state_json(const PodState& state) {
  if (state.finished) {
    return {{"terminated", terminated_json(*state.finished)}};
  }
  if (state.running_since) {
    return {{"running", JsonObject{{"startedAt", base::rfc3339(*state.running_since)}}}};
  }
  JsonObject waiting{{"reason", state.waiting ? state.waiting->reason : "ContainerCreating"}};
  if (state.waiting && !state.waiting->message.empty()) {
    waiting["message"] = state.waiting->message;
  }
  return {{"waiting", std::move(waiting)}};
}

Json condition_json(std::string_view type, const Condition& condition) {
  JsonObject json{{"type", type},
                  {"status", condition.holds ? "True" : "False"},
                  {"lastTransitionTime", base::rfc3339(condition.since)}};
  if (!condition.reason.empty()) {
    json["reason"] = condition.reason;
  }
  if (!condition.message.empty()) {
    json["message"] = condition.message;
  }
  return json;
}

std::string_view phase_of(const PodState& state) {
  if (state.finished) {
    return state.finished->code == 0 ? "Succeeded" : "Failed";
  }
  return state.running_since || state.restarts > 0 || state.last ? "Running" : "Pending";
}

}  // namespace

bool Condition::set(bool now_holds, std::string why, std::string words, base::TimePoint now) {
  const bool turned = holds != now_holds || since == base::TimePoint{};
  const bool differs = turned || reason != why || message != words;
  holds = now_holds;
  reason = std::move(why);
  message = std::move(words);
  if (turned) {
    since = now;
  }
  return differs;
}

bool PodState::update_ready(base::TimePoint now) {
  if (finished) {
    return ready.set(false, "PodCompleted", "", now);
  }
  if (terminating) {
    return ready.set(false, "Terminating", "the pod is being ended", now);
  }
  if (broker && !broker->holds) {
    return ready.set(false, broker->reason, broker->message, now);
  }
  if (waiting) {
    return ready.set(false, waiting->reason, waiting->message, now);
  }
  if (!answers) {
    return ready.set(false, "ContainersNotReady",
                     "the instance does not answer on its metrics port yet", now);
  }
  return ready.set(true, "", "", now);
}

Json pod_status(const PodState& state, const std::string& container, const std::string& image) {
  JsonArray conditions;
  if (state.broker) {
    conditions.push_back(condition_json("BrokerReachable", *state.broker));
  }
  if (state.output) {
    conditions.push_back(condition_json("OutputKept", *state.output));
  }
  conditions.push_back(condition_json("Ready", state.ready));
  JsonObject entry{{"name", container},
                   {"image", image},
                   {"ready", state.running_since.has_value() && state.answers},
                   {"started", state.running_since.has_value()},
                   {"restartCount", state.restarts},
                   {"state", state_json(state)}};
  if (state.last) {
    entry["lastState"] = JsonObject{{"terminated", terminated_json(*state.last)}};
  }
  return JsonObject{{"phase", phase_of(state)},
                    {"podIP", "127.0.0.1"},
                    {"hostIP", "127.0.0.1"},
                    {"startTime", base::rfc3339(state.created)},
                    {"conditions", std::move(conditions)},
                    {"containerStatuses", JsonArray{std::move(entry)}}};
}

std::string how_it_ended(const Terminated& end) {
  const std::string after = " after " + duration_text(end.started, end.finished);
  if (end.signal != 0) {
    return "was killed by signal " + std::to_string(end.signal) + " (" + ::strsignal(end.signal) +
           ")" + after;
  }
  return "exited with " + std::to_string(end.code) + after;
}

std::string back_off_message(const Terminated& end, std::chrono::seconds pause) {
  return how_it_ended(end) + (end.message.empty() ? "" : ": " + end.message) + "; tries again in " +
         std::to_string(pause.count()) + " s";
}

}  // namespace functionmesh::local
