#include "cluster/local/memory_object.hpp"

#include <algorithm>
#include <array>

namespace functionmesh::local {
namespace {

using base::Error;
using base::fail;
using base::JsonArray;
using base::JsonObject;

constexpr std::size_t kLongestName = 253;

constexpr std::array kServerMetadata = {
    "name",
    "namespace",
    "uid",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
    "managedFields",
    "resourceVersion",
};

bool is_name(std::string_view name) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kLongestName && letter_or_digit(name.front()) &&
         letter_or_digit(name.back()) && std::ranges::all_of(name, [&](char c) {
           return letter_or_digit(c) || c == '-' || c == '.';
         });
}

std::unexpected<Error> invalid(const Json& object, std::string_view field,
                               std::string_view problem) {
  return fail(Error::Code::invalid, cluster::to_string(cluster::key_of(object)) + ": " +
                                        std::string{field} + ": " + std::string{problem});
}

bool is_map_of_strings(const Json& value) {
  return value.is_object() && std::ranges::all_of(value.get_object(), [](const auto& member) {
           return member.value().is_string();
         });
}

void copy_member(JsonObject& to, const JsonObject& from, std::string_view key) {
  if (const Json* member = from.if_contains(key)) {
    to[key] = *member;
  } else {
    to.stable_erase(key);
  }
}

std::size_t members_besides_status(const JsonObject& object) {
  return object.size() - (object.contains("status") ? 1 : 0) -
         (object.contains("metadata") ? 1 : 0);
}

}  // namespace

base::Result<void> check_object(const Json& object) {
  if (!object.is_object()) {
    return fail(Error::Code::invalid, "expected an object with kind and metadata");
  }
  if (base::text_at(object, {"kind"}).empty()) {
    return fail(Error::Code::invalid,
                "kind: expected the kind of the object, such as \"Function\"");
  }
  const Json* metadata = base::find(object, {"metadata"});
  if (metadata == nullptr || !metadata->is_object()) {
    return invalid(object, "metadata", "expected an object with a name");
  }
  const std::string_view name = base::text_at(*metadata, {"name"});
  if (!is_name(name)) {
    return invalid(object, "metadata.name",
                   name.empty() ? "expected a name"
                                : "expected at most 253 lower-case letters, digits, '-' and '.', "
                                  "beginning and ending with a letter or digit");
  }
  const std::string_view in = base::text_at(*metadata, {"namespace"}, "default");
  if (!is_name(in)) {
    return invalid(object, "metadata.namespace", "expected the name of a namespace");
  }
  for (const std::string_view field : {"labels", "annotations"}) {
    const Json* map = base::find(*metadata, {field});
    if (map != nullptr && !map->is_null() && !is_map_of_strings(*map)) {
      return invalid(object, "metadata." + std::string{field}, "expected a map of strings");
    }
  }
  for (const std::string_view field : {"finalizers", "ownerReferences"}) {
    const bool strings = field == "finalizers";
    const Json* list = base::find(*metadata, {field});
    const auto fits = [&](const Json& element) {
      return strings ? element.is_string() : element.is_object();
    };
    if (list != nullptr && (!list->is_array() || !std::ranges::all_of(list->get_array(), fits))) {
      return invalid(object, "metadata." + std::string{field},
                     strings ? "expected a list of strings" : "expected a list of objects");
    }
  }
  return {};
}

cluster::Key with_namespace(cluster::Key key) {
  if (key.namespace_.empty()) {
    key.namespace_ = "default";
  }
  return key;
}

void keep_server_fields(Json& changed, const Json& live) {
  JsonObject& object = changed.get_object();
  for (const std::string_view key : {"apiVersion", "kind", "status"}) {
    copy_member(object, live.get_object(), key);
  }
  Json& metadata = object["metadata"];
  if (!metadata.is_object()) {
    metadata = JsonObject{};
  }
  for (const std::string_view key : kServerMetadata) {
    copy_member(metadata.get_object(), live.at("metadata").get_object(), key);
  }
}

bool spec_differs(const Json& before, const Json& now) {
  if (members_besides_status(before.get_object()) != members_besides_status(now.get_object())) {
    return true;
  }
  return std::ranges::any_of(now.get_object(), [&](const auto& member) {
    if (member.key() == "metadata" || member.key() == "status") {
      return false;
    }
    const Json* other = before.get_object().if_contains(member.key());
    return other == nullptr || !base::equal(*other, member.value());
  });
}

std::set<std::string> owners_of(const Json& object) {
  std::set<std::string> uids;
  const Json* references = base::find(object, {"metadata", "ownerReferences"});
  if (references != nullptr && references->is_array()) {
    for (const Json& reference : references->get_array()) {
      uids.emplace(base::text_at(reference, {"uid"}));
    }
  }
  return uids;
}

bool has_finalizers(const Json& object) {
  const Json* finalizers = base::find(object, {"metadata", "finalizers"});
  return finalizers != nullptr && finalizers->is_array() && !finalizers->get_array().empty();
}

}  // namespace functionmesh::local
