#include <algorithm>

#include "api/rules.hpp"

namespace functionmesh::api {
namespace {

// Pods and labels are named after a component with something behind it, and have 63 characters.
constexpr std::size_t kLongestName = 43;
constexpr std::size_t kLongestPlainName = 253;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// A label of RFC 1123: what Kubernetes allows between the dots of a name.
bool is_label(std::string_view text) {
  return !text.empty() && is_lower_or_digit(text.front()) && is_lower_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dotted_name(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) {
      return false;
    }
    if (dot == text.npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

void check_namespace(const Metadata& metadata, Problems& problems) {
  if (!is_label(metadata.namespace_) || metadata.namespace_.size() > 63) {
    problems.errors.push_back(
        {"metadata.namespace", "\"" + metadata.namespace_ +
                                   "\" is no name of a namespace: expected up to 63 lower-case "
                                   "letters, digits and '-'"});
  }
}

}  // namespace

std::string why_no_component_name(std::string_view name) {
  if (name.empty()) {
    return "is required and was not given";
  }
  if (name.size() > kLongestName) {
    return "\"" + std::string{name} + "\" has " + std::to_string(name.size()) +
           " characters; at most " + std::to_string(kLongestName) +
           " are possible, because what is made of it has longer names";
  }
  if (!is_label(name)) {
    return "\"" + std::string{name} +
           "\" is no possible name: expected lower-case letters, digits and '-', with a letter or "
           "digit at both ends";
  }
  return {};
}

void check_component_name(const Metadata& metadata, Problems& problems) {
  if (std::string why = why_no_component_name(metadata.name); !why.empty()) {
    problems.errors.push_back({"metadata.name", std::move(why)});
  }
  check_namespace(metadata, problems);
}

void check_plain_name(const Metadata& metadata, Problems& problems) {
  if (metadata.name.empty()) {
    problems.errors.push_back({"metadata.name", "is required and was not given"});
  } else if (!is_dotted_name(metadata.name) || metadata.name.size() > kLongestPlainName) {
    problems.errors.push_back(
        {"metadata.name", "\"" + metadata.name.substr(0, kLongestPlainName) +
                              "\" is no possible name: expected lower-case letters, digits, '-' "
                              "and '.', with a letter or digit at both ends"});
  }
  check_namespace(metadata, problems);
}

}  // namespace functionmesh::api
