#include "api/words.hpp"

namespace functionmesh::api {
namespace {

std::string name_of(const base::Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::string:
      return std::string{kAString};
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

}  // namespace

std::string mismatch(std::string_view expected, const base::Json& given) {
  std::string message = "expected " + std::string{expected} + ", got ";
  const bool number_expected = expected.find("number") != expected.npos;
  message += number_expected && given.is_number() ? base::write_json(given) : name_of(given);
  if (expected == kAString && (given.is_number() || given.is_bool())) {
    message += "; put it in quotes";
  }
  return message;
}

std::string not_one_of(std::string_view given, std::span<const std::string_view> known) {
  std::string names;
  for (const std::string_view name : known) {
    names += (names.empty() ? "" : ", ") + std::string{name};
  }
  return "\"" + std::string{given} + "\" is not one of " + names;
}

}  // namespace functionmesh::api
