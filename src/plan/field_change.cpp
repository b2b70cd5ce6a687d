#include "plan/field_change.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/text.hpp"

namespace functionmesh::plan {
namespace {

using base::JsonArray;
using base::JsonObject;

constexpr std::string_view kHidden = "(hidden)";

/// Fields whose values are secrets when somebody writes them where they do not belong.
constexpr std::array<std::string_view, 9> kSecretWords = {"password",   "passwd",  "token",
                                                          "credential", "apikey",  "accesskey",
                                                          "secretkey",  "private", "authparams"};

bool is_secret(std::string_view path) {
  std::string word = base::lower(path);
  std::erase_if(word, [](char c) { return c == '_' || c == '-'; });
  return word.ends_with("authenticationparameters") ||
         std::ranges::any_of(kSecretWords, [&](std::string_view one) {
           return word.find(one) != std::string::npos;
         });
}

Json masked(Json value, bool secret) {
  if (JsonObject* object = value.if_object()) {
    const Json* name = object->if_contains("name");  // {"name": "DB_PASSWORD", "value": ...}
    const bool named = name != nullptr && name->is_string() && is_secret(name->get_string());
    for (auto& [key, member] : *object) {
      member = masked(std::move(member), secret || is_secret(key) || (named && key == "value"));
    }
  } else if (JsonArray* array = value.if_array()) {
    for (Json& element : *array) {
      element = masked(std::move(element), secret);
    }
  } else if (secret && !value.is_null() && !value.is_bool()) {
    return Json(kHidden);
  }
  return value;
}

std::optional<Json> shown(const Json* value, const std::string& path) {
  return value == nullptr ? std::nullopt : std::optional{masked(*value, is_secret(path))};
}

std::string member_path(const std::string& parent, std::string_view key) {
  std::string path = parent;
  base::append_step(path, key);
  return path;
}

/// Whether every element is an object with a name of its own.
bool have_names(const JsonArray& list) {
  std::set<std::string_view> names;
  return std::ranges::all_of(list, [&](const Json& element) {
    const std::string_view name = base::text_at(element, {"name"});
    return !name.empty() && names.insert(name).second;
  });
}

const Json* element_named(const JsonArray& list, std::string_view name) {
  const auto at = std::ranges::find_if(
      list, [&](const Json& element) { return base::text_at(element, {"name"}) == name; });
  return at == list.end() ? nullptr : &*at;
}

class Comparison {
 public:
  std::vector<FieldChange> changes;

  void compare(const Json* before, const Json* after, const std::string& path) {
    if (before != nullptr && after != nullptr) {
      if (base::equal(*before, *after)) {
        return;
      }
      if (before->is_object() && after->is_object()) {
        compare_members(before->get_object(), after->get_object(), path);
        return;
      }
      if (before->is_array() && after->is_array() &&
          compare_elements(before->get_array(), after->get_array(), path)) {
        return;
      }
    }
    changes.push_back({path, shown(before, path), shown(after, path), true});
  }

 private:
  void compare_members(const JsonObject& before, const JsonObject& after, const std::string& path) {
    for (const auto& [key, member] : after) {
      compare(before.if_contains(key), &member, member_path(path, key));
    }
    for (const auto& [key, member] : before) {
      if (!after.contains(key)) {
        compare(&member, nullptr, member_path(path, key));
      }
    }
  }

  /// False when the lists can only be told as a whole.
  bool compare_elements(const JsonArray& before, const JsonArray& after, const std::string& path) {
    if (have_names(before) && have_names(after)) {
      for (const Json& element : after) {
        const std::string_view name = base::text_at(element, {"name"});
        compare(element_named(before, name), &element, path + "[" + std::string{name} + "]");
      }
      for (const Json& element : before) {
        const std::string_view name = base::text_at(element, {"name"});
        if (element_named(after, name) == nullptr) {
          compare(&element, nullptr, path + "[" + std::string{name} + "]");
        }
      }
      return true;
    }
    const bool objects =
        std::ranges::all_of(after, [](const Json& one) { return one.is_object(); });
    if (!objects || before.size() != after.size()) {
      return false;
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      compare(&before[i], &after[i], path + "[" + std::to_string(i) + "]");
    }
    return true;
  }
};

/// The member that the rest of a path begins with: the longest, as names may have dots in them.
const Json* member_at(const JsonObject& object, std::string_view& rest) {
  const boost::json::key_value_pair* best = nullptr;
  for (const auto& member : object) {
    const std::string_view key = member.key();
    const bool begins =
        rest.starts_with(key) &&
        (rest.size() == key.size() || rest[key.size()] == '.' || rest[key.size()] == '[');
    if (begins && (best == nullptr || key.size() > best->key().size())) {
      best = &member;
    }
  }
  if (best == nullptr) {
    return nullptr;
  }
  rest.remove_prefix(best->key().size());
  return &best->value();
}

/// The element that "[pulsar-function]", "[/mount/path]", "[9094/TCP]" or "[2]" means.
const Json* element_at(const JsonArray& list, std::string_view key) {
  const std::string_view first = key.substr(0, key.rfind('/') == 0 ? key.size() : key.rfind('/'));
  for (const Json& element : list) {
    for (const std::string_view member : {"name", "mountPath", "containerPort", "port"}) {
      const Json* value = base::find(element, {member});
      if (value == nullptr) {
        continue;
      }
      const std::string text =
          value->is_string() ? std::string{value->get_string()} : base::write_json(*value);
      if (text == key || (value->is_number() && text == first)) {
        return &element;
      }
    }
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.begin(), key.end(), index);
  const bool is_index = error == std::errc{} && end == key.end() && index < list.size();
  return is_index ? &list[index] : nullptr;
}

const Json* value_at(const Json& root, std::string_view path) {
  const Json* at = &root;
  while (at != nullptr && !path.empty()) {
    if (path.front() == '.') {
      path.remove_prefix(1);
    } else if (path.front() == '[') {
      const std::size_t close = path.find(']');
      if (close == std::string_view::npos || !at->is_array()) {
        return nullptr;
      }
      at = element_at(at->get_array(), path.substr(1, close - 1));
      path.remove_prefix(close + 1);
    } else {
      at = at->is_object() ? member_at(at->get_object(), path) : nullptr;
    }
  }
  return at;
}

}  // namespace

std::vector<FieldChange> changes_between(const Json& before, const Json& after) {
  Comparison comparison;
  comparison.compare(&before, &after, {});
  return std::move(comparison.changes);
}

std::vector<FieldChange> changes_at(const std::vector<std::string>& paths, const Json& before,
                                    const Json& after) {
  std::vector<FieldChange> changes;
  for (const std::string& path : paths) {
    const Json* from = value_at(before, path);
    const Json* to = value_at(after, path);
    changes.push_back({path, shown(from, path), shown(to, path), from != nullptr || to != nullptr});
  }
  return changes;
}

}  // namespace functionmesh::plan
