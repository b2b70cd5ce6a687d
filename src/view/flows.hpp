#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/types.hpp"

/// Which topics a component deals with.
namespace functionmesh::view {

struct Flow {
  enum class Role { reads, reads_pattern, writes, logs, dead_letters, late_data };
  Role role = Role::reads;
  std::string topic;  ///< its full name, or the pattern

  bool operator==(const Flow&) const = default;
};

/// In the order of the spec's fields, each once. Expects a component that went through
/// api::set_defaults(). The dead-letter topic that retries without one get by default is there too.
std::vector<Flow> flows_of(const api::Component& component);

/// "persistent://public/default/x" for "x"; what is no topic name stays as it is.
std::string full_topic(std::string_view name);

/// The namespace part of a full topic name, "persistent://public/default"; empty when it has none.
std::string_view namespace_of(std::string_view full_topic);

/// True when the pattern (a full name with ".*", ".+", "." and escaped characters) takes in the
/// topic; false also for a pattern with more of a regular expression's language in it.
bool pattern_matches(std::string_view pattern, std::string_view full_topic);

}  // namespace functionmesh::view
