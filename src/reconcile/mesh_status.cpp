#include "reconcile/condition.hpp"
#include "reconcile/mesh_plan.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"
#include "reconcile/owned.hpp"

namespace functionmesh::reconcile {
namespace {

constexpr std::size_t kPartsInMessage = 3;

struct KindWords {
  std::string_view condition;   ///< of an entry
  std::string_view conditions;  ///< the member of the status with those of all entries
};

KindWords words_of(std::string_view kind) {
  if (kind == "Source") {
    return {"SourceReady", "sourceConditions"};
  }
  if (kind == "Sink") {
    return {"SinkReady", "sinkConditions"};
  }
  return {"FunctionReady", "functionConditions"};
}

class StatusOfMesh {
 public:
  StatusOfMesh(const MeshView& view, const MeshPlan& plan,
               const std::optional<base::Error>& failure)
      : view_{view}, plan_{plan}, failure_{failure}, before_{base::find(*view.mesh, {"status"})} {}

  Json json() {
    base::JsonObject status;
    for (const std::string_view list :
         {"functionConditions", "sourceConditions", "sinkConditions"}) {
      status[list] = base::JsonObject{};
    }
    for (const MeshPart& part : plan_.parts) {
      add(status, part);
    }
    add_orphans(status);
    const Phase phase = phase_now();
    status["phase"] = phase.word;
    status["message"] = phase.message;
    status["ready"] = ready_;
    status["total"] = static_cast<std::int64_t>(plan_.parts.size());
    const bool ready = phase.word == kReady;
    const Condition overall{"MeshReady", ready, ready ? "NoAction" : "Wait",
                            std::string{phase.word}, phase.message};
    const Json* before = before_ == nullptr ? nullptr : base::find(*before_, {"condition"});
    status["condition"] = to_json(overall, before, view_.now);
    const std::int64_t observed =
        failure_ ? (before_ == nullptr ? 0 : base::number_at(*before_, {"observedGeneration"}))
                 : generation_of(*view_.mesh);
    if (observed > 0) {
      status["observedGeneration"] = observed;
    }
    return status;
  }

 private:
  struct Phase {
    std::string_view word;
    std::string message;
  };

  void add(base::JsonObject& status, const MeshPart& part) {
    const KindWords words = words_of(part.key.kind);
    const Condition condition = condition_of(part, words);
    if (condition.status) {
      ++ready_;
    } else {
      not_ready_.push_back(part.key.kind + " " + part.entry + ": " + condition.message);
      troubled_ = troubled_ || condition.reason == kDegraded || condition.reason == kFailed ||
                  condition.reason == "Forbidden" || !part.name_taken.empty();
    }
    status[words.conditions].get_object()[part.entry] =
        to_json(condition, condition_before(words.conditions, part.entry), view_.now);
  }

  Condition condition_of(const MeshPart& part, const KindWords& words) const {
    Condition condition{std::string{words.condition}, false, "Wait", "Pending",
                        "it is being created"};
    const auto at = view_.components.find(part.key);
    if (!part.name_taken.empty()) {
      condition.reason = "NameTaken";
      condition.message = part.name_taken;
      return condition;
    }
    if (const auto why = view_.unreadable.find(part.key.kind); why != view_.unreadable.end()) {
      condition.reason = "Forbidden";
      condition.message = why->second.message;
      return condition;
    }
    if (at == view_.components.end() || at->second == nullptr) {
      condition.action = "Create";
      condition.reason = "Missing";
      return condition;
    }
    const Json& child = *at->second;
    const std::string_view phase = base::text_at(child, {"status", "phase"});
    if (is_being_deleted(child)) {
      condition.reason = kTerminating;
      condition.message = "the old one is being deleted";
      return condition;
    }
    if (phase.empty()) {
      return condition;
    }
    condition.reason = phase;
    condition.message = base::text_at(child, {"status", "message"});
    const bool seen =
        base::number_at(child, {"status", "observedGeneration"}) == generation_of(child);
    if (!seen && phase != kFailed) {
      condition.message = "the last change is being made";
    } else if (phase == kReady || phase == kStopped || phase == kPaused) {
      condition.status = true;
      condition.action = "NoAction";
    }
    return condition;
  }

  /// Children that are no longer named and not gone yet.
  void add_orphans(base::JsonObject& status) {
    const std::string uid = uid_of(*view_.mesh);
    const std::string prefix = cluster::key_of(*view_.mesh).name + "-";
    for (const auto& [key, component] : view_.components) {
      if (component == nullptr || !is_being_deleted(*component) || !is_owned_by(*component, uid)) {
        continue;
      }
      const KindWords words = words_of(key.kind);
      const std::string entry =
          key.name.starts_with(prefix) ? key.name.substr(prefix.size()) : key.name;
      base::JsonObject& list = status[words.conditions].get_object();
      if (!list.contains(entry)) {
        list[entry] = to_json({"Orphaned", true, "Delete", std::string{kTerminating},
                               std::string{base::text_at(*component, {"status", "message"})}},
                              condition_before(words.conditions, entry), view_.now);
      }
    }
  }

  Phase phase_now() const {
    if (is_being_deleted(*view_.mesh)) {
      return {kTerminating, "being deleted"};
    }
    if (!plan_.problem.empty()) {
      return {kFailed, plan_.problem};
    }
    if (failure_) {
      return {kFailed, failure_->message};
    }
    const std::size_t total = plan_.parts.size();
    std::string message = std::to_string(ready_) + " of " + std::to_string(total) +
                          (total == 1 ? " component is ready" : " components are ready");
    if (not_ready_.empty()) {
      return {kReady, message};
    }
    for (std::size_t i = 0; i < not_ready_.size() && i < kPartsInMessage; ++i) {
      message += "; " + not_ready_[i];
    }
    if (not_ready_.size() > kPartsInMessage) {
      message += "; and " + std::to_string(not_ready_.size() - kPartsInMessage) + " more";
    }
    if (troubled_) {
      return {kDegraded, message};
    }
    const std::string_view before =
        before_ == nullptr ? std::string_view{} : base::text_at(*before_, {"phase"});
    const bool never_ran = before.empty() || before == kPending || before == kFailed;
    return {never_ran ? kPending : kProgressing, message};
  }

  const Json* condition_before(std::string_view list, std::string_view entry) const {
    return before_ == nullptr ? nullptr : base::find(*before_, {list, entry});
  }

  const MeshView& view_;
  const MeshPlan& plan_;
  const std::optional<base::Error>& failure_;
  const Json* before_;
  std::int64_t ready_ = 0;
  bool troubled_ = false;
  std::vector<std::string> not_ready_;
};

}  // namespace

Json mesh_status(const MeshView& view, const MeshPlan& plan,
                 const std::optional<base::Error>& failure) {
  return StatusOfMesh{view, plan, failure}.json();
}

}  // namespace functionmesh::reconcile
