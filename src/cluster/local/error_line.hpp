#pragma once

#include <string>
#include <string_view>

namespace functionmesh::local {

/// The last part of a stream of text.
class Tail {
 public:
  void add(std::string_view text);
  void clear() { text_.clear(); }
  std::string_view text() const { return text_; }

 private:
  static constexpr std::size_t limit = 32 * 1024;
  std::string text_;
};

/// The line of a program's output that best says why it ended: the last one that begins with an
/// exception (Java's "Caused by:" counts), else the last that speaks of an error, else the last.
/// Empty for no output; cut at 300 characters.
std::string error_line(std::string_view output);

}  // namespace functionmesh::local
