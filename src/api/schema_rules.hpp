#pragma once

#include <span>
#include <string_view>

#include "api/fields.hpp"

/// Rules of validation that the API server can judge itself (CEL), so that they hold without an
/// operator too.
///
/// Each is a rule of rules_*.cpp as well, with the same words; only what is an error there for the
/// kind, so nothing that has always been accepted is refused here.
namespace functionmesh::api {

/// In a mesh's lists the API server knows no "before", and entries need names.
enum class Place { anywhere, own_resource, mesh };

struct SchemaRule {
  std::string_view record;  ///< the struct it stands on
  Kinds kinds;
  std::string_view expression;
  std::string_view field;  ///< of the record; empty: the record as a whole
  std::string_view message;
  std::string_view reason;
  Place place = Place::anywhere;
};

std::span<const SchemaRule> schema_rules();

/// Those of one struct, as `x-kubernetes-validations` has them.
JsonArray schema_rules(std::string_view record, Kinds kinds, bool in_mesh);

}  // namespace functionmesh::api
