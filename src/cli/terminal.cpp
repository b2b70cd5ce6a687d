#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace functionmesh::cli {
namespace {

std::string_view code(Style style) {
  switch (style) {
    case Style::plain:
      return "0";
    case Style::error:
      return "31";
    case Style::warning:
      return "33";
    case Style::good:
      return "32";
    case Style::dim:
      return "2";
    case Style::bold:
      return "1";
  }
  return "0";
}

void print_labelled(std::string_view label, Style style, std::string_view message) {
  const std::string line =
      styled(label, style, wants_colour(stderr)) + " " + std::string{message} + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

bool wants_colour(std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(fileno(stream)) == 1 && (no_color == nullptr || *no_color == '\0') &&
         term != nullptr && std::string_view{term} != "dumb";
}

int terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    return size.ws_col;
  }
  const char* said = std::getenv("COLUMNS");
  return said == nullptr ? 0 : std::max(std::atoi(said), 0);
}

std::string styled(std::string_view text, Style style, bool colour) {
  if (!colour || style == Style::plain) {
    return std::string{text};
  }
  return "\033[" + std::string{code(style)} + "m" + std::string{text} + "\033[0m";
}

std::string instance_prefix(std::string_view instance, std::size_t number, bool colour) {
  constexpr std::array kColours = {"36", "32", "35", "33", "34", "96", "92", "95"};
  const std::string text = "[" + std::string{instance} + "]";
  return (colour
              ? std::string{"\033["} + kColours[number % kColours.size()] + "m" + text + "\033[0m"
              : text) +
         " ";
}

void print_error(std::string_view message) {
  print_labelled("error:", Style::error, message);
}

void print_warning(std::string_view message) {
  print_labelled("warning:", Style::warning, message);
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace functionmesh::cli
