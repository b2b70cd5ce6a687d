#include "view/human.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace functionmesh::view {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// One decimal below ten, none above; rounded, so 9.96 is "10".
std::string short_decimal(double value) {
  if (value < 9.95) {
    const auto tenths = static_cast<int>(std::lround(value * 10));
    const std::string whole = std::to_string(tenths / 10);
    return tenths % 10 == 0 ? whole : whole + "." + std::to_string(tenths % 10);
  }
  return std::to_string(std::llround(value));
}

std::string scaled(double value) {
  constexpr std::array<const char*, 4> kSuffixes = {"k", "M", "G", "T"};
  std::size_t suffix = 0;
  value /= 1000;
  while (value >= 999.5 && suffix + 1 < kSuffixes.size()) {
    value /= 1000;
    ++suffix;
  }
  return short_decimal(value) + kSuffixes[suffix];
}

template <typename Big, typename Small>
std::string two_units(seconds age, const char* big_name, const char* small_name) {
  const auto big = std::chrono::floor<Big>(age);
  const auto small = std::chrono::floor<Small>(age - big);
  std::string result = std::to_string(big.count()) + big_name;
  if (small.count() > 0) {
    result += std::to_string(small.count()) + small_name;
  }
  return result;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) {
    return std::nullopt;
  }
  int value = 0;
  const char* end = text.data() + at + count;
  const auto [stopped, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc() || stopped != end || value < 0) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string human_count(std::int64_t count) {
  if (count < 0) {
    return "-" + human_count(count == INT64_MIN ? INT64_MAX : -count);
  }
  return count < 1000 ? std::to_string(count) : scaled(static_cast<double>(count));
}

std::string human_rate(std::optional<double> per_second) {
  if (!per_second || !std::isfinite(*per_second) || *per_second < 0) {
    return "-";
  }
  if (*per_second >= 999.5) {
    return scaled(*per_second) + "/s";
  }
  // A trickle is not a standstill.
  if (*per_second > 0 && *per_second < 0.05) {
    return "<0.1/s";
  }
  return short_decimal(*per_second) + "/s";
}

std::string human_age(seconds age) {
  if (age < minutes(2)) {
    return std::to_string(std::max<std::int64_t>(age.count(), 0)) + "s";
  }
  if (age < minutes(10)) {
    return two_units<minutes, seconds>(age, "m", "s");
  }
  if (age < hours(3)) {
    return std::to_string(std::chrono::floor<minutes>(age).count()) + "m";
  }
  if (age < hours(8)) {
    return two_units<hours, minutes>(age, "h", "m");
  }
  if (age < days(2)) {
    return std::to_string(std::chrono::floor<hours>(age).count()) + "h";
  }
  if (age < days(8)) {
    return two_units<days, hours>(age, "d", "h");
  }
  const auto whole_days = std::chrono::floor<days>(age).count();
  return whole_days < 2 * 365 ? std::to_string(whole_days) + "d"
                              : std::to_string(whole_days / 365) + "y";
}

std::optional<base::TimePoint> time_of(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z') {
    return std::nullopt;
  }
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second);
}

std::string age_since(std::string_view rfc3339, base::TimePoint now) {
  const std::optional<base::TimePoint> time = time_of(rfc3339);
  return time ? human_age(std::chrono::floor<seconds>(now - *time)) : "-";
}

}  // namespace functionmesh::view
