#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"

/// Server-side apply on plain JSON: who set which field.
///
/// A field set is a document's tree of member names without values: objects stay objects, all else
/// is null. metadata.finalizers, the one list that is a set, is an object of its elements.
namespace functionmesh::local {

using base::Json;

/// Who applies in the name of the controllers.
inline constexpr std::string_view kOwnManager = "functionmesh";

/// The field set of a document that a manager applies.
Json fields_of(const Json& document);

/// Manager -> field set, as an API server noted it in metadata.managedFields of `object`: of what
/// was applied, not of plain writes. Lists count as a whole.
std::map<std::string, Json> fields_by_manager(const Json& object);

/// `live` after a manager applied `applied`.
///
/// Gone is what is in `before` (the fields that the manager applied last time), not in `applied`
/// and not in `others` (the field sets of the other managers); objects that become empty by it go
/// too. Set is all that is in `applied`: objects member by member, finalizers element by element,
/// everything else as a whole. Precondition: finalizers are strings.
Json apply_fields(Json live, const Json& before, Json applied,
                  const std::vector<const Json*>& others);

}  // namespace functionmesh::local
