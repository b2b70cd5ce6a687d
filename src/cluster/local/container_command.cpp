#include "cluster/local/container_command.hpp"

#include <vector>

#include "base/shell.hpp"

namespace functionmesh::local {
namespace {

constexpr auto none = std::string_view::npos;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

/// For each character whether it stands outside quotes, where the shell reads words.
std::vector<bool> outside_quotes(std::string_view script) {
  std::vector<bool> outside(script.size());
  char quote = 0;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const char c = script[i];
    outside[i] = quote == 0 && c != '\'' && c != '"' && c != '\\';
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
  }
  return outside;
}

/// Where `words` stands as whole words outside quotes; npos when it does not.
std::size_t find_words(std::string_view script, std::string_view words, std::size_t from = 0) {
  const std::vector<bool> outside = outside_quotes(script);
  for (auto at = script.find(words, from); at != none; at = script.find(words, at + 1)) {
    const std::size_t end = at + words.size();
    const bool begins = at == 0 || is_blank(script[at - 1]);
    const bool ends = end == script.size() || is_blank(script[end]);
    if (outside[at] && begins && ends) {
      return at;
    }
  }
  return none;
}

void replace_words(std::string& script, std::string_view words, const std::string& by) {
  if (const auto at = find_words(script, words); at != none) {
    script.replace(at, words.size(), by);
  }
}

/// The shell word that begins at or after `from`, without its quotes.
std::optional<std::string> word_at(std::string_view script, std::size_t from) {
  const std::vector<bool> outside = outside_quotes(script);
  while (from < script.size() && is_blank(script[from])) {
    ++from;
  }
  std::size_t end = from;
  while (end < script.size() && !(outside[end] && is_blank(script[end]))) {
    ++end;
  }
  const auto words = base::shell_words(script.substr(from, end - from));
  if (!words || words->size() != 1) {
    return std::nullopt;
  }
  return words->front();
}

std::optional<std::string> word_after(std::string_view script, std::string_view option) {
  const auto at = find_words(script, option);
  return at == none ? std::nullopt : word_at(script, at + option.size());
}

/// Whether a path may begin at `at`: not in the middle of a longer one or of a URL.
bool path_may_begin(std::string_view text, std::size_t at) {
  if (at == 0) {
    return true;
  }
  const std::string_view before = text.substr(0, at);
  const char last = before.back();
  if (last == '/') {
    return before.ends_with("file://");
  }
  return !is_name_character(last) && last != '}' && last != ')' && last != '*' && last != '~';
}

bool path_may_end(std::string_view text, std::size_t end) {
  return end == text.size() || !is_name_character(text[end]);
}

/// The Go instance's ports stand in a JSON text, its quotes escaped or not. `last`: of several
/// places the last one (the user's own configuration is text in the same JSON).
void replace_json_number(std::string& script, std::string_view key, std::string_view from, int to,
                         bool last) {
  const std::string opening = "\"" + std::string{key};
  std::size_t found = none;
  for (auto at = script.find(opening); at != none; at = script.find(opening, at + 1)) {
    std::size_t i = at + opening.size();
    while (i < script.size() && script[i] == '\\') {
      ++i;
    }
    if (i == script.size() || script[i] != '"') {
      continue;
    }
    i = script.find_first_not_of(" ", i + 1);
    if (i == none || script[i] != ':') {
      continue;
    }
    i = script.find_first_not_of(" ", i + 1);
    const bool same = i != none && script.compare(i, from.size(), from) == 0;
    if (same && std::isdigit(static_cast<unsigned char>((script + " ")[i + from.size()])) == 0) {
      found = i;
      if (!last) {
        break;
      }
    }
  }
  if (found != none) {
    script.replace(found, from.size(), std::to_string(to));
  }
}

void set_ports(std::string& script, const LocalNames& names) {
  if (names.grpc_port != 0) {
    replace_words(script, "--port 9093", "--port " + std::to_string(names.grpc_port));
  }
  if (names.metrics_port != 0) {
    replace_words(script, "--metrics_port 9094",
                  "--metrics_port " + std::to_string(names.metrics_port));
  }
  if (names.grpc_port != 0 && script.contains("GO_FUNCTION_CONF=")) {
    replace_json_number(script, "port", "9093", names.grpc_port, false);
    replace_json_number(script, "metricsPort", "9094", names.metrics_port, true);
  }
}

}  // namespace

std::string local_paths(std::string_view text, const LocalNames& names) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::pair<const std::string, std::string>* longest = nullptr;
    if (text[at] == '/' && path_may_begin(text, at)) {
      for (const auto& path : names.paths) {
        const bool fits =
            text.substr(at).starts_with(path.first) && path_may_end(text, at + path.first.size());
        if (fits && (longest == nullptr || path.first.size() > longest->first.size())) {
          longest = &path;
        }
      }
    }
    if (longest != nullptr) {
      result += longest->second;
      at += longest->first.size();
    } else {
      result += text[at];
      ++at;
    }
  }
  return result;
}

std::string local_script(std::string_view script, const LocalNames& names) {
  const auto begin = find_words(script, "SHARD_ID=${POD_NAME##*-}");
  std::string local = local_paths(begin == none ? script : script.substr(begin), names);
  set_ports(local, names);
  if (!names.java_options.empty()) {
    replace_words(local, "exec java", "exec java " + names.java_options);
  }
  if (!names.python.empty()) {
    replace_words(local, "exec python", "exec " + names.python);
  }
  return local;
}

std::optional<std::string> function_file(std::string_view script) {
  for (const std::string_view option : {"--jar", "--py", "--function_file"}) {
    if (auto file = word_after(script, option)) {
      return file;
    }
  }
  if (find_words(script, "-instance-conf") == none) {
    return std::nullopt;
  }
  return word_after(script, "exec");
}

bool runs_java(std::string_view script) {
  return find_words(script, "exec java") != none;
}

}  // namespace functionmesh::local
