#include "inspect/log_lines.hpp"

#include <algorithm>

namespace functionmesh::inspect {
namespace {

/// "2026-01-31T12:00:00.5" of "2026-01-31T12:00:00.5Z": so times compare as texts, as the zone is
/// the same within a log and zeros at the end are left out.
std::string_view without_zone(std::string_view time) {
  const std::size_t date = std::min<std::size_t>(time.find('T'), time.size());
  return time.substr(0, std::min(time.find_first_of("Z+-", date), time.size()));
}

}  // namespace

void LogLines::feed(std::string_view bytes) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      rest_ += bytes;
      return;
    }
    rest_ += bytes.substr(0, end);
    take(rest_);
    rest_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void LogLines::end() {
  if (!rest_.empty()) {
    take(rest_);
    rest_.clear();
  }
  if (is_before(told_, at_)) {
    told_ = at_;
  }
  at_ = {};
}

bool LogLines::is_before(const Place& a, const Place& b) {
  const auto order = without_zone(a.time) <=> without_zone(b.time);
  return order < 0 || (order == 0 && a.lines < b.lines);
}

void LogLines::take(std::string_view line) {
  const std::size_t blank = std::min(line.find(' '), line.size());
  const std::string_view time = line.substr(0, blank);
  at_.lines = time == at_.time ? at_.lines + 1 : 1;
  at_.time = time;
  if (is_before(told_, at_)) {
    sink_(time, line.substr(std::min(blank + 1, line.size())));
  }
}

std::string LogLines::since() const {
  const std::string& last = is_before(told_, at_) ? at_.time : told_.time;
  const std::string_view time = without_zone(last);
  return std::string{time.substr(0, time.find('.'))} + last.substr(time.size());
}

}  // namespace functionmesh::inspect
