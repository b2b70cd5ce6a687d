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
  /// An empty value is left out; the name is written once for values that follow each other.
  void field(std::string_view name, std::string_view value);

  /// An empty table is left out.
  void section(std::string_view heading, const Grid& grid);

  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
  std::string sections_;
};

/// The texts that are not empty, with ", " between them.
std::string joined(const std::vector<std::string>& texts);

}  // namespace functionmesh::view
