#include "render/shell_line.hpp"

#include "base/shell.hpp"

namespace functionmesh::render {

ShellLine& ShellLine::raw(std::string_view text) {
  if (!text_.empty()) {
    text_.push_back(' ');
  }
  text_ += text;
  return *this;
}

ShellLine& ShellLine::value(std::string_view value) {
  return raw(base::shell_quote(value));
}

ShellLine& ShellLine::option(std::string_view name, std::string_view value) {
  return raw(name).value(value);
}

ShellLine& ShellLine::raw_option(std::string_view name, std::string_view raw_text) {
  return raw(name).raw(raw_text);
}

std::string and_then(const std::vector<std::string>& commands) {
  std::string script;
  for (const std::string& command : commands) {
    if (!script.empty()) {
      script += " && ";
    }
    script += command;
  }
  return script;
}

std::string write_file(std::string_view content, std::string_view path) {
  return ShellLine{"echo"}.value(content).raw(">").value(path).text();
}

}  // namespace functionmesh::render
