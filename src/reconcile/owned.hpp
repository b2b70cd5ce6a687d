#pragma once

#include "reconcile/write.hpp"

/// Objects that follow their rendering at once: Services, autoscalers, children of a mesh.
namespace functionmesh::reconcile {

/// `desired` with the annotation that tells next time whether the same was applied.
Json stamped(Json desired);

/// True when `live` is what applying `desired` (as stamped() made it) gave, and nobody changed it.
bool is_applied(const Json& live, const Json& stamped_desired);

/// When `live` is not as it was applied: true if others made or changed it, so that applying must
/// drop what they set; false if what is wanted changed.
bool is_changed_by_others(const Json& live, const Json& stamped_desired);

/// The object of another resource that bears the name we need: a sentence that says so. Empty when
/// `live` belongs to the owner with this uid, or to nobody.
std::string foreign_owner(const Json& live, std::string_view owner_uid);

/// True when the resource with this uid is the controller of `live`.
bool is_owned_by(const Json& live, std::string_view owner_uid);

/// Whether an object's controller has this kind and name, be it there still or not.
bool is_controlled_by(const Json& live, std::string_view kind, std::string_view name);

/// The owner reference that is the controller's, or nullptr.
const Json* controller_of(const Json& object);

/// What makes `live` (nullptr: absent) as `desired` is, if something does.
std::optional<Write> follow(const Json& desired, const Json* live, std::optional<Note> note);

/// Deletes this very object.
Write removal(const Json& live, std::optional<Note> note);

}  // namespace functionmesh::reconcile
