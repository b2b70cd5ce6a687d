#include "base/log.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <mutex>

#include "base/text.hpp"

namespace functionmesh::base {
namespace {

struct Log {
  std::mutex mutex;
  LogOptions options;
  std::atomic<Level> least{Level::info};
};

Log& the_log() {
  static Log log;
  return log;
}

std::string now() {
  using std::chrono::system_clock;
  const auto since_epoch = system_clock::now().time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  const std::time_t seconds = millis / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const auto fraction = static_cast<unsigned>(millis % 1000);
  text[size++] = '.';
  text[size++] = static_cast<char>('0' + fraction / 100);
  text[size++] = static_cast<char>('0' + fraction / 10 % 10);
  text[size++] = static_cast<char>('0' + fraction % 10);
  text[size++] = 'Z';
  return {text.data(), size};
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

/// Five columns, so that messages stand below each other.
std::string_view column_of(Level level) {
  switch (level) {
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO ";
    case Level::warning:
      return "WARN ";
    case Level::error:
      return "ERROR";
  }
  return "ERROR";
}

std::string_view colour_of(Level level) {
  switch (level) {
    case Level::debug:
      return "\x1b[2m";
    case Level::info:
      return "\x1b[32m";
    case Level::warning:
      return "\x1b[33m";
    case Level::error:
      return "\x1b[31m";
  }
  return "";
}

/// The size of the UTF-8 character at the begin of `text`; 0 when there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0x80                   ? 1
                           : lead >= 0xc2 && lead < 0xe0 ? 2
                           : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xf0 && lead < 0xf5 ? 4
                                                         : 0;
  if (size == 0 || size > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool too_large = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : size;
}

/// Appends `text` with everything escaped that could end the line, move a terminal's cursor or
/// break JSON: what is logged may come from anybody.
void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const auto c = static_cast<unsigned char>(text[0]);
    if (size == 0) {
      line += "\xef\xbf\xbd";  // U+FFFD
    } else if (c == '"' || c == '\\') {
      line += {'\\', text[0]};
    } else if (c == '\n') {
      line += "\\n";
    } else if (c < 0x20 || c == 0x7f) {
      line += "\\u00";
      line += {kHex[c >> 4], kHex[c & 15]};
    } else {
      line += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_escaped(line, text);
  line += '"';
}

void append_number(std::string& line, auto number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  line.append(text.data(), end.ptr);
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {  // beyond ASCII is negative
      return false;
    }
  }
  return !text.empty();
}

void append_value(std::string& line, const Field& field, bool may_be_bare) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (may_be_bare && is_plain(*text)) {
      line += *text;
    } else {
      append_quoted(line, *text);
    }
  } else if (const auto* truth = std::get_if<bool>(&field.value)) {
    line += *truth ? "true" : "false";
  } else if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
    append_number(line, *whole);
  } else if (const double number = std::get<double>(field.value); std::isfinite(number)) {
    append_number(line, number);
  } else {
    line += "null";
  }
}

std::string as_text(Level level, std::string_view message, std::initializer_list<Field> fields,
                    bool colour) {
  std::string line = now();
  line += ' ';
  line += colour ? colour_of(level) : "";
  line += column_of(level);
  line += colour ? "\x1b[0m " : " ";
  append_escaped(line, message);
  for (const Field& field : fields) {
    line += colour ? " \x1b[2m" : " ";
    line += field.name;
    line += '=';
    line += colour ? "\x1b[0m" : "";
    append_value(line, field, true);
  }
  return line + "\n";
}

std::string as_json(Level level, std::string_view message, std::initializer_list<Field> fields) {
  std::string line = "{\"time\":\"" + now() + "\",\"level\":\"";
  line += name_of(level);
  line += "\",\"message\":";
  append_quoted(line, message);
  for (const Field& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    append_value(line, field, false);
  }
  return line + "}\n";
}

/// What cannot be written is lost: there is nowhere left to say so.
void write_to_stderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t size = ::write(STDERR_FILENO, line.data(), line.size());
    if (size < 0 && errno != EINTR) {
      return;
    }
    line.remove_prefix(size < 0 ? 0 : static_cast<std::size_t>(size));
  }
}

}  // namespace

void log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!is_logged(level)) {
    return;
  }
  Log& log = the_log();
  const std::lock_guard lock{log.mutex};
  const std::string line = log.options.format == LogFormat::json
                               ? as_json(level, message, fields)
                               : as_text(level, message, fields, log.options.colour);
  if (log.options.sink) {
    log.options.sink(line);
  } else {
    write_to_stderr(line);
  }
}

bool is_logged(Level level) {
  return level >= the_log().least.load(std::memory_order_relaxed);
}

void set_up_log(LogOptions options) {
  Log& log = the_log();
  const std::lock_guard lock{log.mutex};
  log.least = options.least;
  log.options = std::move(options);
}

std::optional<Level> level_of(std::string_view name) {
  const std::string word = lower(name);
  if (word == "warn") {
    return Level::warning;
  }
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error}) {
    if (word == name_of(level)) {
      return level;
    }
  }
  return std::nullopt;
}

}  // namespace functionmesh::base
