#include "view/page.hpp"

#include <algorithm>

#include "view/text.hpp"

namespace functionmesh::view {

void Page::field(std::string_view name, std::string_view value) {
  if (!value.empty()) {
    fields_.emplace_back(name, one_line(value));
  }
}

void Page::section(std::string_view heading, const Grid& grid) {
  if (grid.empty()) {
    return;
  }
  sections_ += "\n" + std::string(heading) + ":\n";
  for (const std::string& line : grid.lines()) {
    sections_ += "  " + line + "\n";
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
