#pragma once

#include <span>
#include <string_view>

#include "api/fields.hpp"

/// Rules of validation that the API server can judge itself (CEL), so that they hold without an
/// operator too.
///
/// Each is a rule of rules_*.cpp as well, in the same words, and only where it is an error there.
/// What is stored and breaks a rule already may still be changed, by an autoscaler for example: a
/// rule keeps what is in order from being broken, and what is broken from being made.
namespace functionmesh::api {

/// In a mesh's lists the API server knows no "before": changes cannot be judged, nor forgiven.
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
