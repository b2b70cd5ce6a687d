#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace functionmesh::render {

/// A command line for a POSIX shell in the making: words separated by one blank.
///
/// What a user wrote goes in by value() or option() and reaches the program exactly as it is;
/// raw() is for our own text, with its expansions and operators.
class ShellLine {
 public:
  ShellLine() = default;
  explicit ShellLine(std::string_view raw_text) { raw(raw_text); }

  ShellLine& raw(std::string_view text);
  ShellLine& value(std::string_view value);
  ShellLine& option(std::string_view name, std::string_view value);
  ShellLine& raw_option(std::string_view name, std::string_view raw_text);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The commands one after the other, each only when the one before succeeded.
std::string and_then(const std::vector<std::string>& commands);

/// A command that writes `content` and a newline to `path`. For bash, or a `content` without
/// backslashes: the echo of other shells reads those.
std::string write_file(std::string_view content, std::string_view path);

}  // namespace functionmesh::render
