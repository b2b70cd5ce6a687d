#include "reconcile/owned.hpp"

#include "reconcile/difference.hpp"
#include "reconcile/fingerprint.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::reconcile {
namespace {

using base::JsonObject;

}  // namespace

const Json* controller_of(const Json& object) {
  const Json* references = base::find(object, {"metadata", "ownerReferences"});
  if (references == nullptr || !references->is_array()) {
    return nullptr;
  }
  for (const Json& reference : references->get_array()) {
    const Json* controller = base::find(reference, {"controller"});
    if (controller != nullptr && controller->is_bool() && controller->get_bool()) {
      return &reference;
    }
  }
  return nullptr;
}

Json stamped(Json desired) {
  const std::string hash = fingerprint(desired);
  JsonObject& metadata = desired.at("metadata").get_object();
  Json& annotations = metadata["annotations"];
  if (!annotations.is_object()) {
    annotations = JsonObject{};
  }
  annotations.get_object()[kAppliedHash] = hash;
  return desired;
}

bool is_applied(const Json& live, const Json& stamped_desired) {
  return differing_paths(live, stamped_desired).empty();
}

bool is_changed_by_others(const Json& live, const Json& stamped_desired) {
  const std::string_view applied = annotation(live, kAppliedHash);
  return applied.empty() || applied == annotation(stamped_desired, kAppliedHash);
}

std::string foreign_owner(const Json& live, std::string_view owner_uid) {
  const Json* controller = controller_of(live);
  if (controller == nullptr || base::text_at(*controller, {"uid"}) == owner_uid) {
    return {};
  }
  return cluster::to_string(cluster::key_of(live)) + " belongs to " +
         std::string{base::text_at(*controller, {"kind"}, "another object")} + " " +
         std::string{base::text_at(*controller, {"name"})} +
         ": it has to go, or this resource needs another name";
}

bool is_owned_by(const Json& live, std::string_view owner_uid) {
  const Json* controller = controller_of(live);
  return controller != nullptr && base::text_at(*controller, {"uid"}) == owner_uid;
}

bool is_controlled_by(const Json& live, std::string_view kind, std::string_view name) {
  const Json* controller = controller_of(live);
  return controller != nullptr && base::text_at(*controller, {"kind"}) == kind &&
         base::text_at(*controller, {"name"}) == name;
}

std::optional<Write> follow(const Json& desired, const Json* live, std::optional<Note> note) {
  Json wanted = stamped(desired);
  if (live != nullptr && (is_being_deleted(*live) || is_applied(*live, wanted))) {
    return std::nullopt;
  }
  const Key key = cluster::key_of(wanted);
  const bool take_over = live != nullptr && is_changed_by_others(*live, wanted);
  return Write{.how = Write::How::apply,
               .key = key,
               .body = std::move(wanted),
               .take_over = take_over,
               .uid = {},
               .note = std::move(note)};
}

Write removal(const Json& live, std::optional<Note> note) {
  return {.how = Write::How::remove,
          .key = cluster::key_of(live),
          .body = {},
          .uid = std::string{base::text_at(live, {"metadata", "uid"})},
          .note = std::move(note)};
}

}  // namespace functionmesh::reconcile
