#include "view/page.hpp"

#include <algorithm>

#include "view/text.hpp"

namespace functionmesh::view {
namespace {

constexpr int kIndent = 2;
/// Below this nothing is continued in another row.
constexpr int kNarrow = 20;

}  // namespace

void Page::field(std::string_view name, std::string_view value) {
  if (!value.empty()) {
    fields_.emplace_back(name, one_line(value));
  }
}

void Page::section(std::string_view heading, const Grid& grid) {
  if (!grid.empty()) {
    const auto lines = grid.lines(std::max(width_ - kIndent, 0));
    section(heading, lines);
  }
}

void Page::section(std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return;
  }
  sections_ += "\n" + std::string(heading) + ":\n";
  for (const std::string& line : lines) {
    const std::string shown = one_line(line);
    for (const std::string& row : width_ > kNarrow ? wrapped(shown) : std::vector{shown}) {
      sections_ += std::string(kIndent, ' ') + row + "\n";
    }
  }
}

/// A text in rows that fit, cut at blanks where there are any; the later ones stand further in.
std::vector<std::string> Page::wrapped(std::string rest) const {
  std::vector<std::string> rows;
  for (;;) {
    const std::string indent = rows.empty() ? "" : std::string(kIndent, ' ');
    const int room = width_ - kIndent - static_cast<int>(indent.size());
    if (columns(rest) <= room) {
      rows.push_back(indent + rest);
      return rows;
    }
    const std::string begin = cut(rest, room);
    const std::size_t blank = begin.rfind(' ');
    const std::size_t hard = begin.size() - std::string_view{"…"}.size();
    const std::size_t end = blank == std::string::npos || blank == 0 ? hard : blank;
    rows.push_back(indent + rest.substr(0, end));
    rest.erase(0, blank == end ? end + 1 : end);
  }
}

std::string Page::text() const {
  std::size_t widest = 0;
  for (const auto& [name, value] : fields_) {
    widest = std::max(widest, name.size());
  }
  std::string result;
  std::string_view before;
  for (const auto& [name, value] : fields_) {
    const std::string shown = name == before ? "" : name + ":";
    result += shown + std::string(widest + 3 - shown.size(), ' ') + value + "\n";
    before = name;
  }
  return result + sections_;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts) {
    if (!text.empty()) {
      result += (result.empty() ? "" : ", ") + text;
    }
  }
  return result;
}

}  // namespace functionmesh::view
