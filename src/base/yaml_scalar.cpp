#include "base/yaml_scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>

#include "base/text.hpp"

namespace functionmesh::base {
namespace {

constexpr std::string_view kNulls[]{"", "~", "null", "Null", "NULL"};
constexpr std::string_view kTrue[]{"true", "True", "TRUE"};
constexpr std::string_view kFalse[]{"false", "False", "FALSE"};
constexpr std::string_view kNotFinite[]{".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF",
                                        "-.inf", "-.Inf", "-.INF", ".nan",  ".NaN",  ".NAN"};
// Words that YAML 1.1 or a reader of it takes for booleans, nulls or keys of its own.
constexpr std::string_view kWords[]{"y",     "n",    "yes", "no", "on", "off", "true",
                                    "false", "null", "~",   "=",  "<<", "nil"};

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&words)[N]) {
  return std::ranges::find(words, text) != std::end(words);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The rest of `text` behind the digits that it begins with.
std::string_view skip_digits(std::string_view text) {
  while (!text.empty() && is_digit(text.front())) {
    text.remove_prefix(1);
  }
  return text;
}

enum class Number { none, whole, fraction };

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
Number shape_of(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  std::string_view rest = skip_digits(text);
  const bool digits = rest.size() < text.size();
  if (digits && rest.empty()) {
    return Number::whole;
  }
  bool decimals = false;
  if (rest.starts_with('.')) {
    const std::string_view after = rest.substr(1);
    rest = skip_digits(after);
    decimals = rest.size() < after.size();
  }
  if (!digits && !decimals) {
    return Number::none;
  }
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest.remove_prefix(1);
    if (rest.starts_with('-') || rest.starts_with('+')) {
      rest.remove_prefix(1);
    }
    if (rest.empty()) {
      return Number::none;
    }
    rest = skip_digits(rest);
  }
  return rest.empty() ? Number::fraction : Number::none;
}

template <typename Integer>
std::optional<Integer> integer(std::string_view digits, int base) {
  Integer value{};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

std::expected<Json, std::string> floating(std::string_view text) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    const bool small = text.find("e-") != text.npos || text.find("E-") != text.npos;
    if (!small) {
      return std::unexpected("the number " + std::string{text.substr(0, 40)} +
                             " is too large; put it in quotes to keep it as text");
    }
    value = 0;
  }
  return Json(value);
}

std::expected<Json, std::string> whole(std::string_view text) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  if (const auto number = integer<std::int64_t>(digits, 10)) {
    return Json(*number);
  }
  if (const auto number = integer<std::uint64_t>(digits, 10)) {
    return Json(*number);
  }
  return floating(text);
}

// 0o17 and 0x1f; nullopt when it is neither.
std::optional<Json> based(std::string_view text) {
  const bool octal = text.starts_with("0o");
  if (!octal && !text.starts_with("0x")) {
    return std::nullopt;
  }
  const auto number = integer<std::uint64_t>(text.substr(2), octal ? 8 : 16);
  if (!number) {
    return std::nullopt;
  }
  if (*number <= static_cast<std::uint64_t>(INT64_MAX)) {
    return Json(static_cast<std::int64_t>(*number));
  }
  return Json(*number);
}

}  // namespace

std::expected<Json, std::string> plain_scalar(std::string_view text) {
  if (is_one_of(text, kNulls)) {
    return Json(nullptr);
  }
  if (is_one_of(text, kTrue)) {
    return Json(true);
  }
  if (is_one_of(text, kFalse)) {
    return Json(false);
  }
  if (is_one_of(text, kNotFinite)) {
    return std::unexpected(std::string{text} +
                           " is no number that JSON can hold; put it in quotes to keep it as text");
  }
  if (auto number = based(text)) {
    return *std::move(number);
  }
  switch (shape_of(text)) {
    case Number::whole:
      return whole(text);
    case Number::fraction:
      return floating(text);
    case Number::none:
      break;
  }
  return Json(text);
}

bool looks_like_other_type(std::string_view text) {
  if (text.empty() || is_one_of(std::string_view{lower(text)}, kWords)) {
    return true;
  }
  const char first = text.front();
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') {
    return false;
  }
  // Numbers of any base, with _ and : between digits, dates and times, .inf and .nan.
  return text.find_first_not_of("0123456789abcdefABCDEFinIFNxXoO_:.+-tTzZ ") == text.npos;
}

}  // namespace functionmesh::base
