#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "view/grid.hpp"

namespace functionmesh::view {

/// A page of named values and, below, tables with a heading each.
class Page {
 public:
  /// With a `width` above 0 no line of a section is wider: tables are cut, other lines continued
  /// below.
  explicit Page(int width = 0) : width_{width} {}

  /// An empty value is left out; the name is written once for values that follow each other.
  void field(std::string_view name, std::string_view value);

  /// An empty table is left out.
  void section(std::string_view heading, const Grid& grid);
  void section(std::string_view heading, const std::vector<std::string>& lines);

  std::string text() const;

 private:
  std::vector<std::string> wrapped(std::string rest) const;

  std::vector<std::pair<std::string, std::string>> fields_;
  std::string sections_;
  int width_;
};

/// The texts that are not empty, with ", " between them.
std::string joined(const std::vector<std::string>& texts);

}  // namespace functionmesh::view
