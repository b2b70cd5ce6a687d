#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace functionmesh::base {

enum class Level { debug, info, warning, error };

/// One named value of a log line. Keeps views: it must not outlive the statement that logs it.
struct Field {
  Field(std::string_view called, std::string_view text) : name{called}, value{text} {}
  Field(std::string_view called, const char* text) : name{called}, value{std::string_view{text}} {}
  Field(std::string_view called, const std::string& text)
      : name{called}, value{std::string_view{text}} {}
  Field(std::string_view called, bool truth) : name{called}, value{truth} {}
  Field(std::string_view called, std::integral auto number)
      : name{called}, value{static_cast<std::int64_t>(number)} {}
  Field(std::string_view called, double number) : name{called}, value{number} {}

  std::string_view name;
  std::variant<std::string_view, bool, std::int64_t, double> value;
};

/// Writes one line to stderr, whole, also when several threads log; from any thread.
///
/// `message` says in a few fixed words what happened; what differs from time to time goes into the
/// fields: log(Level::info, "lease acquired", {{"lease", name}}). Never a secret, and never what
/// may hold one (a Secret's data, a request's headers, a user's config).
void log(Level level, std::string_view message, std::initializer_list<Field> fields = {});

/// Whether a line of this level is written at all: for fields that cost something to make.
bool is_logged(Level level);

enum class LogFormat {
  text,  ///< 2026-01-31T12:00:00.123Z INFO  lease acquired lease=a/b
  json,  ///< {"time":"2026-01-31T12:00:00.123Z","level":"info","message":...,"lease":"a/b"}
};

struct LogOptions {
  Level least = Level::info;
  LogFormat format = LogFormat::text;
  bool colour = false;
  /// Gets each line with its line break instead of stderr; for tests.
  std::function<void(std::string_view)> sink{};
};

/// From now on it is logged like this. Until then: text, from info on.
void set_up_log(LogOptions options);

/// "debug", "info", "warning" ("warn"), "error", in any case.
std::optional<Level> level_of(std::string_view name);

}  // namespace functionmesh::base
