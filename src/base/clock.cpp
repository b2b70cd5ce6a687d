#include "base/clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace functionmesh::base {
namespace {

/// Takes parts off the front of a text; once one is not as expected, nothing fits any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    const char* begin = rest_.data();
    const bool fits = rest_.size() >= count && rest_[0] >= '0' && rest_[0] <= '9';
    const auto end = fits ? std::from_chars(begin, begin + count, value).ptr : begin;
    good_ = good_ && fits && end == begin + count;
    rest_.remove_prefix(good_ ? count : 0);
    return value;
  }

  /// One of these characters; NUL when it is another.
  char any_of(std::string_view characters) {
    const bool fits = !rest_.empty() && characters.contains(rest_[0]);
    good_ = good_ && fits;
    const char found = good_ ? rest_[0] : '\0';
    rest_.remove_prefix(good_ ? 1 : 0);
    return found;
  }

  bool skip(char c) {
    const bool there = rest_.starts_with(c);
    rest_.remove_prefix(there ? 1 : 0);
    return there;
  }

  std::string_view all_digits() {
    const std::size_t size = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    good_ = good_ && size > 0;
    return found;
  }

  bool at_end() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::chrono::milliseconds fraction_of(std::string_view digits) {
  int millis = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    millis = millis * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return std::chrono::milliseconds{millis};
}

}  // namespace

std::string rfc3339(TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text;
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string rfc3339_micros(TimePoint time) {
  std::string text = rfc3339(time);
  const auto millis = (time.time_since_epoch() % std::chrono::seconds{1}).count();
  const std::string digits = std::to_string(1000 + millis);  // with leading zeros
  text.insert(text.size() - 1, "." + digits.substr(1) + "000");
  return text;
}

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  Scanner scan{text};
  const int year = scan.digits(4);
  scan.any_of("-");
  const int month = scan.digits(2);
  scan.any_of("-");
  const int day = scan.digits(2);
  scan.any_of("Tt ");
  const int hour = scan.digits(2);
  scan.any_of(":");
  const int minute = scan.digits(2);
  scan.any_of(":");
  const int second = scan.digits(2);
  std::chrono::milliseconds fraction{0};
  if (scan.skip('.')) {
    fraction = fraction_of(scan.all_digits());
  }
  const char zone = scan.any_of("Zz+-");
  std::chrono::minutes offset{0};
  if (zone == '+' || zone == '-') {
    offset = std::chrono::hours{scan.digits(2)};
    scan.any_of(":");
    offset += std::chrono::minutes{scan.digits(2)};
    offset = zone == '-' ? -offset : offset;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!scan.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + fraction - offset;
}

}  // namespace functionmesh::base
