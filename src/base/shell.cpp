#include "base/shell.hpp"

namespace functionmesh::base {
namespace {

constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";

}  // namespace

std::string shell_quote(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string{text};
  }
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\"'\"'";
    } else {
      quoted.push_back(c);
    }
  }
  quoted.push_back('\'');
  return quoted;
}

std::expected<std::vector<std::string>, std::string> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\'') {
      if (c == '\'') {
        quote = '\0';
      } else {
        word.push_back(c);
      }
    } else if (c == '\\' && i + 1 < text.size()) {
      const char next = text[++i];
      const bool literal =
          quote == '"' && std::string_view{"\"\\$`\n"}.find(next) == std::string_view::npos;
      if (literal) {
        word.push_back('\\');
      }
      if (next != '\n') {
        word.push_back(next);
      }
      in_word = true;
    } else if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
      in_word = true;
    } else if (quote == '\0' && (c == ' ' || c == '\t' || c == '\n')) {
      if (in_word) {
        words.push_back(std::move(word));
        word.clear();
      }
      in_word = false;
    } else {
      word.push_back(c);
      in_word = true;
    }
  }
  if (quote != '\0') {
    return std::unexpected(std::string{"a quote "} + quote + " is opened and never closed");
  }
  if (in_word) {
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace functionmesh::base
