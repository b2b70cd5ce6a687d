#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace functionmesh::base {

/// One document of a YAML stream as JSON.
struct YamlDocument {
  Json value;
  int line = 1;  ///< the line its content begins on, counted from 1
  /// The line of each member and element by path: "spec.input.topics[0]" -> 12.
  std::map<std::string, int> lines;
};

/// Reads a stream of YAML 1.2 core-schema documents (JSON is YAML); empty documents are left out.
/// Anchors and aliases are resolved. Refused, with the line: syntax errors, duplicate keys, keys
/// that are not scalars, more than 100 levels, more than 100,000 nodes by aliases.
/// `name` is the file's name for the messages: "mesh.yaml:12: ...".
std::expected<std::vector<YamlDocument>, std::string> parse_yaml(std::string_view text,
                                                                 std::string_view name);

/// `value` as one YAML document in block style; every string that another YAML reader could take
/// for something else is quoted.
std::string write_yaml(const Json& value);

/// What a value is, in the words of who writes YAML: "a map", "true or false".
std::string_view yaml_type_name(const Json& value);

}  // namespace functionmesh::base
