#pragma once

#include <string>
#include <vector>

namespace functionmesh::view {

enum class Paint { plain, bold, dim, good, warning, bad };

/// `text` in the terminal's colours, if `colour`; else `text`.
std::string painted(std::string_view text, Paint paint, bool colour);

struct Cell {
  std::string text;
  Paint paint = Paint::plain;
};

struct Column {
  std::string title;
  bool right = false;  ///< numbers stand to the right
};

/// Lines of aligned columns, three blanks between them, no blanks at a line's end.
///
/// Cells may hold any text: what is not printable is replaced.
class Grid {
 public:
  explicit Grid(std::vector<Column> columns);

  /// Precondition: as many cells as columns.
  void add(std::vector<Cell> cells);

  bool empty() const { return rows_.empty(); }

  /// The title line, then one line a row. With a `width` above 0 no line is wider: the last column
  /// is cut to what is left, then the first one.
  std::vector<std::string> lines(int width = 0, bool colour = false) const;

  /// lines() as text, each ended by a line break.
  std::string text() const;

  /// The columns that lines() takes when nothing is cut, without the last column's.
  int width_without_last() const;

 private:
  std::vector<int> widths() const;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace functionmesh::view
