#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/types.hpp"
#include "base/json.hpp"

namespace functionmesh::render {

/// A JSON object as protobuf writes a message: a field with its zero value is left out, 64-bit
/// integers are strings.
class Message {
 public:
  void text(std::string_view name, std::string_view value);
  void flag(std::string_view name, bool value);
  void int32(std::string_view name, std::int64_t value);
  /// Negative values, which the field cannot hold, are left out too.
  void uint64(std::string_view name, std::int64_t value);
  void number(std::string_view name, double value);
  void texts(std::string_view name, const std::vector<std::string>& values);
  void map(std::string_view name, const api::StringMap& values);
  /// A message inside this one: there even when it is empty.
  void message(std::string_view name, api::JsonObject value);

  api::JsonObject take() && { return std::move(object_); }

 private:
  api::JsonObject object_;
};

/// The text of a user's free object with the members of every object in the order of their names:
/// the same text for the same content, wherever it was kept in between.
std::string canonical_text(const api::JsonObject& object);
std::string canonical_text(const std::optional<api::JsonObject>& object);  // empty for none

}  // namespace functionmesh::render
