#include "reconcile/stateful_set.hpp"

#include <algorithm>
#include <array>

#include "reconcile/fingerprint.hpp"
#include "reconcile/meaning.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::reconcile {
namespace {

using base::JsonObject;

/// The API server refuses another value of these in an existing StatefulSet.
constexpr std::array kImmutable = {"selector", "serviceName", "podManagementPolicy",
                                   "volumeClaimTemplates"};

/// In place of the hash for a StatefulSet that was made by another operator; with a colon and the
/// hash of the rendering that means the same, when one did.
constexpr std::string_view kAdopted = "adopted";
constexpr std::string_view kAutoUpdateMark = "+auto";

constexpr std::string_view kRequested = "a rollout was requested";

/// The hash of a rendering: of all but replicas, which change without a rollout.
std::string hash_of(const Json& desired) {
  Json fixed = desired;
  if (Json* spec = base::find(fixed, {"spec"}); spec != nullptr && spec->is_object()) {
    spec->get_object().erase("replicas");
  }
  return fingerprint(fixed);
}

JsonObject stamp_of(const StatefulSetWish& wish, std::string_view applied) {
  return {{kGeneration, std::to_string(wish.generation)},
          {kSpecHash, wish.spec_hash},
          {kAppliedHash, applied},
          {kBackendConfigs, wish.backend_configs},
          {kRollout, wish.rollout}};
}

bool is_stamped_so(const Json& live, const StatefulSetWish& wish, std::string_view applied) {
  return annotation(live, kSpecHash) == wish.spec_hash &&
         annotation(live, kAppliedHash) == applied &&
         annotation(live, kBackendConfigs) == wish.backend_configs &&
         annotation(live, kRollout) == wish.rollout;
}

Json& member(Json& object, std::string_view key) {
  Json& value = object.get_object()[key];
  if (!value.is_object()) {
    value = JsonObject{};
  }
  return value;
}

bool is_empty_list(const Json* value) {
  return value == nullptr || (value->is_array() && value->get_array().empty());
}

bool differ(const Json* actual, const Json* wanted) {
  if (is_empty_list(actual) || is_empty_list(wanted)) {
    return is_empty_list(actual) != is_empty_list(wanted);
  }
  return !differing_paths(*actual, *wanted).empty();
}

/// Takes the immutable fields over from the live object. Returns those that should be different.
std::vector<std::string> keep_immutable(Json& desired, const Json& live) {
  std::vector<std::string> kept;
  JsonObject& spec = member(desired, "spec").get_object();
  for (const std::string_view field : kImmutable) {
    const Json* actual = base::find(live, {"spec", field});
    const Json* wanted = spec.if_contains(field);
    if (differ(actual, wanted)) {
      kept.push_back("spec." + std::string{field} + " (needs a new StatefulSet)");
    }
    if (actual != nullptr) {
      spec[field] = *actual;
    } else {
      spec.stable_erase(field);
    }
  }
  const Json* selected = base::find(live, {"spec", "selector", "matchLabels"});
  if (selected != nullptr && selected->is_object()) {
    Json& labels =
        member(member(member(desired, "spec").get_object()["template"], "metadata"), "labels");
    for (const auto& [key, value] : selected->get_object()) {
      labels.get_object()[key] = value;
    }
  }
  return kept;
}

enum class Others { keep, drop };  ///< what others set in an object and we do not

Write apply_all(Json desired, const StatefulSetWish& wish, const Json* live, Others others,
                Note note) {
  const std::string hash = hash_of(wish.desired);
  Json& metadata = member(desired, "metadata");
  Json& annotations = member(metadata, "annotations");
  for (const auto& [key, value] : stamp_of(wish, hash)) {
    annotations.get_object()[key] = value;
  }
  if (live != nullptr) {
    metadata.get_object()["uid"] = base::text_at(*live, {"metadata", "uid"});
  }
  const Key key = cluster::key_of(desired);
  return {.how = Write::How::apply,
          .key = key,
          .body = std::move(desired),
          .take_over = others == Others::drop,
          .uid = {},
          .note = std::move(note)};
}

Write patch(const Json& live, JsonObject body, std::optional<Note> note) {
  return {.how = Write::How::patch,
          .key = cluster::key_of(live),
          .body = std::move(body),
          .uid = {},
          .note = std::move(note)};
}

/// The labels and owners that `live` lacks; those that it has stay.
void complete_metadata(const Json& live, const Json& desired, JsonObject& metadata) {
  if (const Json* labels = base::find(desired, {"metadata", "labels"})) {
    metadata["labels"] = *labels;
  }
  const Json* wanted = base::find(desired, {"metadata", "ownerReferences"});
  if (wanted == nullptr || !wanted->is_array()) {
    return;
  }
  base::JsonArray owners = wanted->get_array();
  const Json* there = base::find(live, {"metadata", "ownerReferences"});
  if (there != nullptr && there->is_array()) {
    for (const Json& other : there->get_array()) {
      const bool ours = std::ranges::any_of(wanted->get_array(), [&](const Json& owner) {
        return base::text_at(owner, {"uid"}) == base::text_at(other, {"uid"});
      });
      if (!ours) {
        owners.push_back(other);
      }
    }
  }
  metadata["ownerReferences"] = std::move(owners);
}

/// Metadata only: the pods of a StatefulSet that another operator made stay as they are.
Write adopt(const StatefulSetWish& wish, const Json& live, std::string_view mark, Note note) {
  JsonObject metadata{{"annotations", stamp_of(wish, mark)},
                      {"uid", base::text_at(live, {"metadata", "uid"})}};
  complete_metadata(live, wish.desired, metadata);
  return patch(live, {{"metadata", std::move(metadata)}}, std::move(note));
}

/// A StatefulSet that another operator made, seen for the first time.
StatefulSetDecision take_in(const StatefulSetWish& wish, Json desired, const Json& live,
                            std::vector<std::string> paths,
                            const std::vector<std::string>& immutable) {
  const std::string name = cluster::to_string(cluster::key_of(live));
  if (wish.changed_while_away && !paths.empty()) {
    return {
        apply_all(std::move(desired), wish, &live, Others::drop,
                  normal("RolledOut", "the spec changed since the last operator looked at it: " +
                                          summary_of(paths))),
        {}};
  }
  std::string mark{kAdopted};
  if (paths.empty()) {
    mark += ":" + hash_of(wish.desired);
  }
  paths.insert(paths.end(), immutable.begin(), immutable.end());
  return {adopt(wish, live, mark,
                normal("Adopted", name + " is managed from now on; its pods stay as they are")),
          summary_of(paths)};
}

/// Why the pods may be restarted now; empty when nobody asked for it.
std::string rollout_reason(const StatefulSetWish& wish, const Json& live) {
  if (annotation(live, kSpecHash) != wish.spec_hash) {
    return "the spec changed";
  }
  if (wish.paused) {
    return {};
  }
  if (!wish.rollout.empty() && annotation(live, kRollout) != wish.rollout) {
    return std::string{kRequested};
  }
  if (asks_for_rollout(annotation(live, kBackendConfigs), wish.backend_configs)) {
    return "a BackendConfig changed";
  }
  return {};
}

std::int64_t replicas_of(const Json& stateful_set) {
  return base::number_at(stateful_set, {"spec", "replicas"}, 1);
}

/// The patch that scales and, where `record`, notes that the spec was seen.
std::optional<Write> scale_or_record(const StatefulSetWish& wish, const Json& live, bool scale,
                                     std::optional<std::string> record_hash) {
  JsonObject body;
  std::optional<Note> note;
  if (scale) {
    body["spec"] = JsonObject{{"replicas", replicas_of(wish.desired)}};
    note = normal("Scaled", "from " + std::to_string(replicas_of(live)) + " to " +
                                std::to_string(replicas_of(wish.desired)) + " instances");
  }
  if (record_hash) {
    body["metadata"] = JsonObject{{"annotations", stamp_of(wish, *record_hash)}};
  }
  if (body.empty()) {
    return std::nullopt;
  }
  return patch(live, std::move(body), std::move(note));
}

std::string instances(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " instance" : " instances");
}

}  // namespace

StatefulSetDecision decide_stateful_set(const StatefulSetWish& wish, const Json* live) {
  if (live == nullptr) {
    return {apply_all(wish.desired, wish, nullptr, Others::keep,
                      normal("Created", cluster::to_string(cluster::key_of(wish.desired)) +
                                            " with " + instances(replicas_of(wish.desired)))),
            {}};
  }
  if (is_being_deleted(*live)) {
    return {};  // it is made again when it is gone
  }
  Json desired = wish.desired;
  const std::vector<std::string> immutable = keep_immutable(desired, *live);
  Json without_replicas = desired;
  member(without_replicas, "spec").get_object().erase("replicas");
  const std::string applied{annotation(*live, kAppliedHash)};
  const bool others_text = applied.empty() || applied.starts_with(kAdopted);
  std::vector<std::string> paths = others_text ? differences_in_meaning(*live, without_replicas)
                                               : differing_paths(*live, without_replicas);
  if (applied.empty()) {
    return take_in(wish, std::move(desired), *live, std::move(paths), immutable);
  }
  const std::string hash = hash_of(wish.desired);
  const std::string mark = others_text ? std::string{kAdopted} + ":" + hash : hash;
  const bool same_rendering = applied == mark;
  const std::string reason = rollout_reason(wish, *live);
  const bool requested = reason == kRequested;
  const bool hold = wish.paused && !wish.new_generation;
  if (others_text && !same_rendering && paths.empty() && !requested) {
    // Whatever changed, the pods are what they should be.
    return {adopt(wish, *live, mark, normal("Adopted", "nothing differs any more")),
            summary_of(immutable)};
  }
  if (!reason.empty() && (!same_rendering || (others_text && requested))) {
    return {apply_all(std::move(desired), wish, live, others_text ? Others::drop : Others::keep,
                      normal("RolledOut", reason + ": " + summary_of(paths))),
            summary_of(immutable)};
  }
  if (same_rendering && !paths.empty() && !hold) {
    return {apply_all(std::move(desired), wish, live, Others::drop,
                      normal("Healed", cluster::to_string(cluster::key_of(*live)) +
                                           " was changed by somebody else: " + summary_of(paths))),
            summary_of(immutable)};
  }
  const bool scale = replicas_of(*live) != replicas_of(wish.desired) && !hold;
  const bool record = same_rendering && !is_stamped_so(*live, wish, mark);
  StatefulSetDecision decision{
      scale_or_record(wish, *live, scale, record ? std::optional{mark} : std::nullopt), {}};
  if (!same_rendering && paths.empty()) {
    paths.emplace_back("fields that are no longer set");
  }
  paths.insert(paths.end(), immutable.begin(), immutable.end());
  if (hold && replicas_of(*live) != replicas_of(wish.desired)) {
    paths.emplace_back("spec.replicas");
  }
  decision.pending = summary_of(paths);
  return decision;
}

std::string backend_stamp(const Json* global, const Json* namespaced) {
  std::string stamp;
  for (const Json* config : {global, namespaced}) {
    stamp += stamp.empty() ? "" : ",";
    const Json* spec = config == nullptr ? nullptr : base::find(*config, {"spec"});
    if (spec == nullptr) {
      stamp += "none";
      continue;
    }
    const Json* automatic = base::find(*spec, {"autoUpdate"});
    stamp += fingerprint(*spec);
    stamp += automatic != nullptr && automatic->is_bool() && automatic->get_bool()
                 ? kAutoUpdateMark
                 : std::string_view{};
  }
  return stamp;
}

bool asks_for_rollout(std::string_view stamp_before, std::string_view stamp_now) {
  if (stamp_before.empty()) {
    return false;
  }
  const auto part = [](std::string_view stamp, bool first) {
    const std::size_t comma = stamp.find(',');
    if (comma == std::string_view::npos) {
      return first ? stamp : std::string_view{};
    }
    return first ? stamp.substr(0, comma) : stamp.substr(comma + 1);
  };
  for (const bool first : {true, false}) {
    const std::string_view before = part(stamp_before, first);
    const std::string_view now = part(stamp_now, first);
    if (before != now && (before.ends_with(kAutoUpdateMark) || now.ends_with(kAutoUpdateMark))) {
      return true;
    }
  }
  return false;
}

}  // namespace functionmesh::reconcile
