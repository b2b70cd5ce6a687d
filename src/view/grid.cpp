#include "view/grid.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "view/text.hpp"

namespace functionmesh::view {
namespace {

constexpr int kGap = 3;
constexpr int kNarrowestFirstColumn = 8;

std::string_view code(Paint paint) {
  switch (paint) {
    case Paint::plain:
      return "";
    case Paint::bold:
      return "\x1b[1m";
    case Paint::dim:
      return "\x1b[2m";
    case Paint::good:
      return "\x1b[32m";
    case Paint::warning:
      return "\x1b[33m";
    case Paint::bad:
      return "\x1b[31m";
  }
  return "";
}

std::string blanks(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

}  // namespace

std::string painted(std::string_view text, Paint paint, bool colour) {
  if (!colour || paint == Paint::plain || text.empty()) {
    return std::string(text);
  }
  return std::string(code(paint)) + std::string(text) + "\x1b[0m";
}

Grid::Grid(std::vector<Column> columns) : columns_(std::move(columns)) {
  assert(!columns_.empty());
}

void Grid::add(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  for (Cell& cell : cells) {
    cell.text = one_line(cell.text);
  }
  rows_.push_back(std::move(cells));
}

std::vector<int> Grid::widths() const {
  std::vector<int> result;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    int width = columns(columns_[i].title);
    for (const auto& row : rows_) {
      width = std::max(width, columns(row[i].text));
    }
    result.push_back(width);
  }
  return result;
}

int Grid::width_without_last() const {
  const std::vector<int> all = widths();
  return std::accumulate(all.begin(), all.end() - 1, 0) +
         kGap * static_cast<int>(columns_.size() - 1);
}

std::vector<std::string> Grid::lines(int width, bool colour) const {
  std::vector<int> room = widths();
  if (width > 0) {
    const int left = width - width_without_last();
    room.back() = std::clamp(left, 0, room.back());
    if (left < 0) {
      room.front() = std::max(room.front() + left, kNarrowestFirstColumn);
    }
  }
  const auto line = [&](const std::vector<Cell>& cells) {
    std::string text;
    int used = 0;
    int owed = 0;  // blanks that only count when something follows
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const int left = width > 0 ? std::max(width - used - owed, 0) : room[i];
      const int available = std::min(room[i], left);
      const std::string shown = cut(cells[i].text, available);
      const int padding = available - columns(shown);
      owed += columns_[i].right ? padding : 0;
      if (!shown.empty()) {
        text += blanks(owed) + painted(shown, cells[i].paint, colour);
        used += owed + columns(shown);
        owed = 0;
      }
      owed += kGap + (columns_[i].right ? 0 : padding);
    }
    return text;
  };

  std::vector<Cell> titles;
  for (const Column& column : columns_) {
    titles.push_back({column.title, Paint::dim});
  }
  std::vector<std::string> result = {line(titles)};
  for (const auto& row : rows_) {
    result.push_back(line(row));
  }
  return result;
}

std::string Grid::text() const {
  std::string result;
  for (const std::string& line : lines()) {
    result += line + "\n";
  }
  return result;
}

}  // namespace functionmesh::view
