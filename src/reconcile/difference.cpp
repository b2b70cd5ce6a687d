#include "reconcile/difference.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/quantity.hpp"

namespace functionmesh::reconcile {
namespace {

constexpr std::size_t kPathsInSummary = 8;

bool is_nothing(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return true;
    case boost::json::kind::bool_:
      return !value.get_bool();
    case boost::json::kind::string:
      return value.get_string().empty();
    case boost::json::kind::array:
      return value.get_array().empty();
    case boost::json::kind::object:
      return value.get_object().empty();
    default:
      return false;
  }
}

std::string amount_text(const Json& value) {
  return value.is_string() ? std::string{value.get_string()} : base::write_json(value);
}

bool is_same_amount(const Json& a, const Json& b) {
  const auto is_scalar = [](const Json& value) { return value.is_string() || value.is_number(); };
  if (!is_scalar(a) || !is_scalar(b)) {
    return false;
  }
  const auto left = base::Quantity::parse(amount_text(a));
  const auto right = base::Quantity::parse(amount_text(b));
  return left && right && *left == *right;
}

/// Under these, amounts may be written in several ways.
constexpr std::array<std::string_view, 6> kAmounts = {"requests", "limits",       "sizeLimit",
                                                      "divisor",  "averageValue", "target"};

/// The API server puts its defaults in the place of zeros in these.
constexpr std::array<std::string_view, 3> kProbes = {"livenessProbe", "readinessProbe",
                                                     "startupProbe"};

bool is_one_of(std::string_view key, const auto& keys) {
  return std::ranges::find(keys, key) != keys.end();
}

bool is_empty_text(const Json& value) {
  return value.is_string() && value.get_string().empty();
}

bool is_zero(const Json& value) {
  return value.is_number() && base::equal(value, Json(0));
}

/// The members that tell the elements of a list apart which the API server reads as a map; empty
/// for other lists. An element has either the first or the second, where there are two.
struct ListKey {
  std::string_view list;
  std::string_view member;
  std::string_view or_member{};
  std::string_view qualifier{};  ///< a further part of the key
  std::string_view qualifier_default{};
};

constexpr std::array kListKeys{
    ListKey{"containers", "name"},
    ListKey{"env", "name"},
    ListKey{"imagePullSecrets", "name"},
    ListKey{"volumes", "name"},
    ListKey{"volumeMounts", "mountPath"},
    ListKey{"volumeDevices", "devicePath"},
    ListKey{"ports", "containerPort", "port", "protocol", "TCP"},
    ListKey{"ownerReferences", "uid"},
};

/// To this list others may add what they like.
constexpr std::string_view kSharedList = "ownerReferences";

const ListKey* list_key_of(std::string_view list) {
  const auto at = std::ranges::find(kListKeys, list, &ListKey::list);
  return at == kListKeys.end() ? nullptr : &*at;
}

std::string key_of(const Json& element, const ListKey& list) {
  const Json* value = base::find(element, {list.member});
  if (value == nullptr && !list.or_member.empty()) {
    value = base::find(element, {list.or_member});
  }
  std::string key;
  if (value != nullptr) {
    key = value->is_string() ? std::string{value->get_string()} : base::write_json(*value);
  }
  if (!list.qualifier.empty()) {
    key += "/" + std::string{base::text_at(element, {list.qualifier}, list.qualifier_default)};
  }
  return key;
}

std::string element_path(const std::string& path, const Json& element, std::size_t index) {
  const std::string_view name = base::text_at(element, {"name"});
  return path + "[" + (name.empty() ? std::to_string(index) : std::string{name}) + "]";
}

class Comparison {
 public:
  std::vector<std::string> paths;

  void compare(const Json& live, const Json& desired, const std::string& path) {
    if (live.is_object() && desired.is_object()) {
      compare_members(live.get_object(), desired.get_object(), path);
    } else if (live.is_array() && desired.is_array()) {
      compare_elements(live.get_array(), desired.get_array(), path);
    } else if (in_probe_ > 0 && is_zero(desired)) {
      return;
    } else if (!base::equal(live, desired) && !(in_amounts_ > 0 && is_same_amount(live, desired))) {
      paths.push_back(path);
    }
  }

 private:
  void compare_members(const base::JsonObject& live, const base::JsonObject& desired,
                       const std::string& path) {
    for (const auto& [key, wanted] : desired) {
      const std::string member_path = path_of(path, key);
      const Json* actual = live.if_contains(key);
      if (actual == nullptr) {
        const bool dropped_zero = key == "hostPort" || in_probe_ > 0;
        if (!is_nothing(wanted) && !(dropped_zero && is_zero(wanted))) {
          paths.push_back(member_path);
        }
        continue;
      }
      if (is_empty_text(wanted) && key != "value") {
        continue;  // asks for the default
      }
      const int amounts = is_one_of(key, kAmounts) ? 1 : 0;
      const int probe = is_one_of(key, kProbes) ? 1 : 0;
      const int exact = key == kScriptMember && wanted.is_object() ? 1 : 0;
      in_amounts_ += amounts;
      in_probe_ += probe;
      exact_ += exact;
      const ListKey* list = list_key_of(key);
      if (list != nullptr && actual->is_array() && wanted.is_array()) {
        compare_as_maps(actual->get_array(), wanted.get_array(), *list, member_path);
      } else {
        compare(*actual, wanted, member_path);
      }
      in_amounts_ -= amounts;
      in_probe_ -= probe;
      exact_ -= exact;
    }
    if (exact_ > 0) {
      for (const auto& [key, actual] : live) {
        if (!desired.contains(key)) {
          paths.push_back(path_of(path, key));
        }
      }
    }
  }

  static std::string path_of(const std::string& parent, std::string_view key) {
    return parent.empty() ? std::string{key} : parent + "." + std::string{key};
  }

  void compare_elements(const base::JsonArray& live, const base::JsonArray& desired,
                        const std::string& path) {
    if (live.size() != desired.size()) {
      paths.push_back(path);
      return;
    }
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (desired[i].is_object()) {
        compare(live[i], desired[i], element_path(path, desired[i], i));
      } else if (!base::equal(live[i], desired[i])) {
        paths.push_back(path);
        return;
      }
    }
  }

  /// Whatever order they are in.
  void compare_as_maps(const base::JsonArray& live, const base::JsonArray& desired,
                       const ListKey& list, const std::string& path) {
    std::map<std::string, const Json*> there;
    for (const Json& element : live) {
      there.insert_or_assign(key_of(element, list), &element);
    }
    for (const Json& element : desired) {
      const std::string key = key_of(element, list);
      const std::string one = path + "[" + key + "]";
      const auto at = there.find(key);
      if (at == there.end()) {
        paths.push_back(one);
        continue;
      }
      compare(*at->second, element, one);
      there.erase(at);
    }
    for (const auto& [key, element] : there) {
      if (list.list != kSharedList) {
        paths.push_back(path + "[" + key + "]");
      }
    }
  }

  int in_amounts_ = 0;
  int in_probe_ = 0;
  int exact_ = 0;
};

}  // namespace

std::vector<std::string> differing_paths(const Json& live, const Json& desired) {
  Comparison comparison;
  comparison.compare(live, desired, {});
  return std::move(comparison.paths);
}

std::string summary_of(const std::vector<std::string>& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < kPathsInSummary; ++i) {
    text += (i == 0 ? "" : ", ") + paths[i];
  }
  if (paths.size() > kPathsInSummary) {
    text += " and " + std::to_string(paths.size() - kPathsInSummary) + " more";
  }
  return text;
}

}  // namespace functionmesh::reconcile
