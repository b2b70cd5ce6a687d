#pragma once

#include "reconcile/write.hpp"

/// When a StatefulSet's pods may be restarted, and when not: the rollout policy.
///
/// A StatefulSet carries, as annotations, what it was made of. Its template follows the rendering
/// only when a user asked for it: the spec changed, a rollout was requested, or a BackendConfig
/// with autoUpdate changed. Another rendering of the same wish (another version or other settings
/// of the operator) waits and is shown. What somebody changed by hand is put back. Replicas follow
/// without touching the template.
///
/// One that another operator made is adopted: it gets the annotations, its spec stays. What differs
/// in meaning (meaning.hpp) is shown, until a rollout like the above replaces all of it.
namespace functionmesh::reconcile {

/// What decides about one StatefulSet.
struct StatefulSetWish {
  Json desired;                     ///< as rendered
  std::int64_t generation = 0;      ///< of the component
  bool new_generation = false;      ///< no reconcile of this generation is complete yet
  bool changed_while_away = false;  ///< the operator before us has not seen this generation
  bool paused = false;              ///< pause-rollout: only a new spec counts
  std::string spec_hash;            ///< of the component's spec without what only scales
  std::string backend_configs;      ///< which BackendConfigs it was rendered with, backend_stamp()
  std::string rollout;              ///< the annotation by which a rollout is requested
};

struct StatefulSetDecision {
  std::optional<Write> change;
  std::string pending;  ///< what differs and waits; empty when nothing does
};

/// `live` is nullptr when there is none.
StatefulSetDecision decide_stateful_set(const StatefulSetWish& wish, const Json* live);

/// Names the content of two BackendConfigs (either may be nullptr) and whether each updates
/// automatically.
std::string backend_stamp(const Json* global, const Json* namespaced);

/// True when one of them with autoUpdate changed, came or went between two stamps.
bool asks_for_rollout(std::string_view stamp_before, std::string_view stamp_now);

}  // namespace functionmesh::reconcile
