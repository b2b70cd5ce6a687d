#include "render/details_json.hpp"

#include <algorithm>

#include "render/names.hpp"

namespace functionmesh::render {
namespace {

api::Json sorted(const api::Json& value);

api::JsonObject sorted_object(const api::JsonObject& object) {
  std::vector<const boost::json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) {
    members.push_back(&member);
  }
  std::ranges::sort(members, {}, [](const auto* member) { return member->key(); });
  api::JsonObject result;
  result.reserve(members.size());
  for (const auto* member : members) {
    result.emplace(member->key(), sorted(member->value()));
  }
  return result;
}

api::Json sorted(const api::Json& value) {
  if (value.is_object()) {
    return sorted_object(value.get_object());
  }
  if (value.is_array()) {
    api::JsonArray result;
    result.reserve(value.get_array().size());
    for (const api::Json& element : value.get_array()) {
      result.push_back(sorted(element));
    }
    return result;
  }
  return value;
}

}  // namespace

void Message::text(std::string_view name, std::string_view value) {
  if (!value.empty()) {
    object_.emplace(name, value);
  }
}

void Message::flag(std::string_view name, bool value) {
  if (value) {
    object_.emplace(name, true);
  }
}

void Message::int32(std::string_view name, std::int64_t value) {
  if (value != 0) {
    object_.emplace(name, value);
  }
}

void Message::uint64(std::string_view name, std::int64_t value) {
  if (value > 0) {
    object_.emplace(name, std::to_string(value));
  }
}

void Message::number(std::string_view name, double value) {
  if (value != 0) {
    object_.emplace(name, value);
  }
}

void Message::texts(std::string_view name, const std::vector<std::string>& values) {
  if (!values.empty()) {
    object_.emplace(name, api::JsonArray(values.begin(), values.end()));
  }
}

void Message::map(std::string_view name, const api::StringMap& values) {
  if (!values.empty()) {
    object_.emplace(name, to_json(values));
  }
}

void Message::message(std::string_view name, api::JsonObject value) {
  object_.emplace(name, std::move(value));
}

std::string canonical_text(const api::JsonObject& object) {
  return base::write_json(sorted_object(object));
}

std::string canonical_text(const std::optional<api::JsonObject>& object) {
  return object ? canonical_text(*object) : std::string{};
}

}  // namespace functionmesh::render
