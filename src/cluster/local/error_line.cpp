#include "cluster/local/error_line.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace functionmesh::local {
namespace {

constexpr std::size_t longest = 300;

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// "Caused by: x.Y: z" and "Exception in thread "main" x.Y: z" -> "x.Y: z".
std::string_view without_preface(std::string_view line) {
  constexpr std::string_view cause = "Caused by: ";
  constexpr std::string_view in_thread = "Exception in thread \"";
  if (line.starts_with(cause)) {
    return line.substr(cause.size());
  }
  if (line.starts_with(in_thread)) {
    const auto end = line.find("\" ", in_thread.size());
    return end == std::string_view::npos ? line : line.substr(end + 2);
  }
  return line;
}

/// "java.lang.IllegalStateException: ..." or "ModuleNotFoundError: ...": a class name at the
/// beginning, with a message or alone.
bool names_an_exception(std::string_view line) {
  const auto is_part = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '$';
  };
  const auto end = std::find_if_not(line.begin(), line.end(), is_part);
  const std::string_view name(line.begin(), end);
  constexpr std::array<std::string_view, 4> endings = {"Exception", "Error", "SystemExit",
                                                       "KeyboardInterrupt"};
  const bool fits = std::ranges::any_of(endings, [&](auto e) { return name.ends_with(e); });
  return fits && name != "Error" && (end == line.end() || *end == ':');
}

bool speaks_of_an_error(std::string_view line) {
  constexpr std::array<std::string_view, 6> words = {"error",     "fatal",  "panic",
                                                     "exception", "failed", "not found"};
  const std::string lower = base::lower(line);
  return std::ranges::any_of(words, [&](auto word) { return lower.contains(word); });
}

}  // namespace

void Tail::add(std::string_view text) {
  text_ += text;
  if (text_.size() > 2 * limit) {
    text_.erase(0, text_.size() - limit);
  }
}

std::string error_line(std::string_view output) {
  std::string_view last;
  std::string_view error;
  std::string_view exception;
  while (!output.empty()) {
    const auto end = std::min(output.find('\n'), output.size());
    const std::string_view line = trim(output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
    if (line.empty()) {
      continue;
    }
    last = line;
    const std::string_view plain = without_preface(line);
    if (names_an_exception(plain)) {
      exception = plain;
    } else if (speaks_of_an_error(line) && !line.starts_with("at ")) {
      error = line;
    }
  }
  const std::string_view best = !exception.empty() ? exception : !error.empty() ? error : last;
  return std::string{best.substr(0, longest)};
}

}  // namespace functionmesh::local
