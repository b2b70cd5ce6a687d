#include "reconcile/difference.hpp"

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
    } else if (!base::equal(live, desired) && !(in_amounts_ > 0 && is_same_amount(live, desired))) {
      paths.push_back(path);
    }
  }

 private:
  void compare_members(const base::JsonObject& live, const base::JsonObject& desired,
                       const std::string& path) {
    for (const auto& [key, wanted] : desired) {
      const std::string member_path =
          path.empty() ? std::string{key} : path + "." + std::string{key};
      const Json* actual = live.if_contains(key);
      if (actual == nullptr) {
        if (!is_nothing(wanted)) {
          paths.push_back(member_path);
        }
        continue;
      }
      const bool amounts = key == "requests" || key == "limits" || key == "sizeLimit";
      in_amounts_ += amounts ? 1 : 0;
      compare(*actual, wanted, member_path);
      in_amounts_ -= amounts ? 1 : 0;
    }
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

  int in_amounts_ = 0;
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
