#include "reconcile/component_status.hpp"

#include <algorithm>

#include "reconcile/condition.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"
#include "reconcile/summary.hpp"

namespace functionmesh::reconcile {
namespace {

/// How many instances are wanted, there and ready, as the StatefulSet says.
struct Replicas {
  std::int64_t wanted = 0;
  std::int64_t there = 0;
  std::int64_t ready = 0;
  bool seen = true;     ///< the StatefulSet's controller has seen the last change
  bool settled = true;  ///< and has rolled it out

  std::int64_t not_created() const { return seen ? std::max<std::int64_t>(wanted - there, 0) : 0; }
  bool all_ready() const { return settled && ready == wanted && there == wanted; }
};

Replicas replicas_of(const Json& stateful_set) {
  Replicas replicas;
  replicas.wanted = base::number_at(stateful_set, {"spec", "replicas"}, 1);
  replicas.there = base::number_at(stateful_set, {"status", "replicas"});
  replicas.ready = base::number_at(stateful_set, {"status", "readyReplicas"});
  const std::int64_t generation = generation_of(stateful_set);
  const std::int64_t observed =
      base::number_at(stateful_set, {"status", "observedGeneration"}, generation);
  const std::string_view current = base::text_at(stateful_set, {"status", "currentRevision"});
  const std::string_view update = base::text_at(stateful_set, {"status", "updateRevision"});
  replicas.seen = observed >= generation && base::find(stateful_set, {"status"}) != nullptr;
  replicas.settled = replicas.seen && current == update;
  return replicas;
}

std::string selector_text(const Json* stateful_set) {
  std::map<std::string, std::string> labels;
  const Json* selected = stateful_set == nullptr
                             ? nullptr
                             : base::find(*stateful_set, {"spec", "selector", "matchLabels"});
  if (selected != nullptr && selected->is_object()) {
    for (const auto& [key, value] : selected->get_object()) {
      labels.emplace(key, value.is_string() ? std::string{value.get_string()} : std::string{});
    }
  }
  std::string text;
  for (const auto& [key, value] : labels) {
    text += (text.empty() ? "" : ",") + key + "=" + value;
  }
  return text;
}

std::string readiness_text(const Replicas& replicas) {
  return std::to_string(replicas.ready) + " of " + std::to_string(replicas.wanted) +
         (replicas.wanted == 1 ? " instance is ready" : " instances are ready");
}

std::string trouble_text(const std::vector<Trouble>& troubles) {
  std::string text = troubles.front().message;
  if (troubles.size() > 1) {
    text += " (and " + std::to_string(troubles.size() - 1) + " more)";
  }
  return text;
}

struct Phase {
  std::string_view word;
  std::string message;
};

class StatusOfComponent {
 public:
  StatusOfComponent(const ComponentView& view, const ComponentPlan& plan,
                    const std::optional<base::Error>& failure)
      : view_{view},
        plan_{plan},
        failure_{failure},
        before_{base::find(*view.resource, {"status"})},
        instances_{inspect(view.pods, view.now)} {
    if (view.stateful_set != nullptr) {
      replicas_ = replicas_of(*view.stateful_set);
    }
  }

  Json json() const {
    const Phase phase = phase_now();
    base::JsonObject status{
        {"phase", phase.word},
        {"message", phase.message},
        {"replicas", replicas_.there},
        {"readyReplicas", replicas_.ready},
        {"selector", selector_text(view_.stateful_set.get())},
        {"restarts", instances_.restarts},
        {"conditions", conditions()},
    };
    const std::int64_t observed =
        failure_ ? number_before("observedGeneration") : generation_of(*view_.resource);
    if (observed > 0) {
      status["observedGeneration"] = observed;
    }
    if (!plan_.pending_change.empty()) {
      status["pendingChange"] = plan_.pending_change;
    }
    add_summary(status);
    add_revision(status, "globalBackendConfigRevision", view_.global_backend);
    add_revision(status, "namespacedBackendConfigRevision", view_.namespaced_backend);
    return status;
  }

 private:
  Phase phase_now() const {
    if (is_being_deleted(*view_.resource)) {
      return {kTerminating, plan_.progress};
    }
    if (!plan_.problem.empty()) {
      return {kFailed, plan_.problem};
    }
    if (failure_) {
      return {kFailed, failure_->message};
    }
    if (view_.stateful_set == nullptr || is_being_deleted(*view_.stateful_set)) {
      return {kProgressing, "waiting for the old StatefulSet to go"};
    }
    if (replicas_.wanted == 0) {
      return replicas_.there == 0
                 ? Phase{kStopped, "no instances are wanted"}
                 : Phase{kProgressing, std::to_string(replicas_.there) + " instances are stopping"};
    }
    if (!instances_.troubles.empty()) {
      return {kDegraded, readiness_text(replicas_) + "; " + trouble_text(instances_.troubles)};
    }
    if (replicas_.all_ready()) {
      return phase_when_ready();
    }
    if (replicas_.there > replicas_.wanted) {
      return {kProgressing, readiness_text(replicas_) + "; " +
                                std::to_string(replicas_.there - replicas_.wanted) +
                                " more are stopping"};
    }
    const std::string_view phase_before = text_before("phase");
    const bool never_ran = phase_before.empty() || phase_before == kPending ||
                           phase_before == kFailed || phase_before == kStopped;
    if (never_ran) {
      return {kPending, readiness_text(replicas_) + not_created_text("; starting")};
    }
    return {kProgressing,
            readiness_text(replicas_) +
                not_created_text(replicas_.settled ? "" : "; the last change is being rolled out")};
  }

  /// Pods that a quota or a policy refuses show in events of the StatefulSet only.
  std::string not_created_text(std::string otherwise) const {
    const std::int64_t missing = replicas_.not_created();
    if (missing == 0) {
      return otherwise;
    }
    return "; " + std::to_string(missing) + (missing == 1 ? " is" : " are") +
           " not created yet: if it stays so, `kubectl describe statefulset " +
           std::string{base::text_at(*view_.stateful_set, {"metadata", "name"})} + "` says why";
  }

  Phase phase_when_ready() const {
    const std::string ready = readiness_text(replicas_);
    if (plan_.pending_change.empty()) {
      return {kReady, ready};
    }
    if (plan_.paused) {
      return {kPaused, ready + "; a change waits because the rollout is paused"};
    }
    return {kReady, ready + "; a change waits to be rolled out, see pendingChange"};
  }

  base::JsonObject conditions() const {
    base::JsonObject all;
    all["StatefulSet"] = entry("StatefulSet", stateful_set_condition());
    all["Service"] = entry("Service", existence("ServiceReady", view_.service));
    if (view_.autoscaler != nullptr || plan_.wants_autoscaler) {
      all["HorizontalPodAutoscaler"] =
          entry("HorizontalPodAutoscaler", existence("HPAReady", view_.autoscaler));
    }
    if (view_.vertical_autoscaler != nullptr || plan_.wants_vertical_autoscaler) {
      all["VerticalPodAutoscaler"] =
          entry("VerticalPodAutoscaler", vertical_autoscaler_condition());
    }
    return all;
  }

  Condition stateful_set_condition() const {
    Condition condition = existence("StatefulSetReady", view_.stateful_set);
    if (!condition.status) {
      return condition;
    }
    condition.message = readiness_text(replicas_);
    condition.status = replicas_.all_ready();
    condition.reason = condition.status ? "InstancesReady" : "InstancesNotReady";
    condition.action = condition.status ? "NoAction" : "Wait";
    if (!replicas_.settled) {
      condition.reason = "RollingOut";
    }
    if (replicas_.not_created() > 0) {
      condition.reason = "NotCreated";
      condition.message += not_created_text("");
    }
    if (!instances_.troubles.empty()) {
      condition.reason = instances_.troubles.front().reason;
      condition.message += "; " + trouble_text(instances_.troubles);
    }
    if (!plan_.pending_change.empty()) {
      condition.action = "Update";
    }
    return condition;
  }

  Condition vertical_autoscaler_condition() const {
    if (view_.without_vertical_autoscaler) {
      return {"VPAReady", false, "Wait", "NotInstalled",
              "this cluster has no VerticalPodAutoscalers; one is made when it does"};
    }
    return existence("VPAReady", view_.vertical_autoscaler);
  }

  static Condition existence(std::string_view name, const Object& object) {
    if (object != nullptr) {
      return {std::string{name}, true, "NoAction", "Exists", "it is as it should be"};
    }
    return {std::string{name}, false, "Create", "Missing", "it does not exist yet"};
  }

  Json entry(std::string_view key, const Condition& condition) const {
    const Json* before = before_ == nullptr ? nullptr : base::find(*before_, {"conditions", key});
    return to_json(condition, before, view_.now);
  }

  void add_summary(base::JsonObject& status) const {
    Summary summary = summary_of(view_.kind, *view_.resource);
    const auto add = [&status](std::string_view key, std::string text) {
      if (!text.empty()) {
        status[key] = std::move(text);
      }
    };
    add("runtime", std::move(summary.runtime));
    add("inputs", std::move(summary.inputs));
    add("output", std::move(summary.output));
  }

  static void add_revision(base::JsonObject& status, std::string_view key, const Object& config) {
    if (config != nullptr) {
      status[key] = base::text_at(*config, {"metadata", "resourceVersion"});
    }
  }

  std::string_view text_before(std::string_view key) const {
    return before_ == nullptr ? std::string_view{} : base::text_at(*before_, {key});
  }

  std::int64_t number_before(std::string_view key) const {
    return before_ == nullptr ? 0 : base::number_at(*before_, {key});
  }

  const ComponentView& view_;
  const ComponentPlan& plan_;
  const std::optional<base::Error>& failure_;
  const Json* before_;
  Instances instances_;
  Replicas replicas_;
};

}  // namespace

Json component_status(const ComponentView& view, const ComponentPlan& plan,
                      const std::optional<base::Error>& failure) {
  return StatusOfComponent{view, plan, failure}.json();
}

std::vector<Note> notes_about(const Json* before, const Json& now, const Instances& instances) {
  static const Json kNothing = base::JsonObject{};
  const Json& old = before == nullptr ? kNothing : *before;
  std::vector<Note> notes;
  const std::string_view phase = base::text_at(now, {"phase"});
  const std::string message{base::text_at(now, {"message"})};
  const bool new_phase = phase != base::text_at(old, {"phase"});
  const bool new_message = message != base::text_at(old, {"message"});
  if (phase == kFailed && (new_phase || new_message)) {
    notes.push_back(warning("Failed", message));
  } else if (phase == kDegraded && new_phase) {
    notes.push_back(warning("Degraded", message));
  } else if ((phase == kReady || phase == kStopped) && new_phase) {
    notes.push_back(normal(std::string{phase}, message));
  }
  if (base::number_at(now, {"restarts"}) > base::number_at(old, {"restarts"})) {
    notes.push_back(warning("InstanceRestarted", instances.last_end.empty()
                                                     ? "an instance was restarted"
                                                     : instances.last_end + "; started again"));
  }
  const std::string_view pending = base::text_at(now, {"pendingChange"});
  if (!pending.empty() && base::text_at(old, {"pendingChange"}).empty()) {
    notes.push_back(normal("UpdatePending", "waits to be rolled out: " + std::string{pending}));
  }
  return notes;
}

}  // namespace functionmesh::reconcile
