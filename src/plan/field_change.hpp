#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

/// What differs between two states of an object, field by field. Pure.
namespace functionmesh::plan {

using base::Json;

struct FieldChange {
  std::string path;          ///< "spec.functions[enrich].className"
  std::optional<Json> from;  ///< nullopt: was not there, or is not told
  std::optional<Json> to;
  bool told = true;  ///< false: only that it differs, without the values

  bool operator==(const FieldChange&) const = default;
};

/// Every field in which two trees differ, in the order of `after`. Elements of lists are told apart
/// by their names where all have one. Values of fields whose name says that they are secret
/// (password, token, ...) are "(hidden)", at any depth.
std::vector<FieldChange> changes_between(const Json& before, const Json& after);

/// The same for paths that somebody else found to differ, as reconcile::differing_paths() writes
/// them. What stands at none of the two sides is not told.
std::vector<FieldChange> changes_at(const std::vector<std::string>& paths, const Json& before,
                                    const Json& after);

}  // namespace functionmesh::plan
