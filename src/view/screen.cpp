#include "view/screen.hpp"

namespace functionmesh::view::screen {

std::string draw(std::string_view frame) {
  // Mode 2026 holds the display until the frame is whole; terminals without it ignore it.
  std::string result = "\x1b[?2026h\x1b[H";
  while (true) {
    const std::size_t end = frame.find('\n');
    result += frame.substr(0, end);
    result += "\x1b[K";
    if (end == std::string_view::npos) {
      break;
    }
    // In raw mode a line feed alone does not return to the first column.
    result += "\r\n";
    frame.remove_prefix(end + 1);
  }
  result += "\x1b[J\x1b[?2026l";
  return result;
}

}  // namespace functionmesh::view::screen
