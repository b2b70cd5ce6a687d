// The Python instance's configuration for logging.config.fileConfig().
#include "render/log_config.hpp"

namespace functionmesh::render {
namespace {

std::string_view python_level(std::string_view level) {
  struct Named {
    std::string_view given;
    std::string_view written;
  };
  for (const auto& [given, written] : {
           Named{"debug", "DEBUG"},
           Named{"warn", "WARNING"},
           Named{"error", "ERROR"},
           Named{"fatal", "CRITICAL"},
       }) {
    if (given == level) {
      return written;
    }
  }
  return "INFO";
}

/// `text` inside a Python string literal in a value of an INI file, where % begins a reference.
std::string python_literal(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string literal = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      literal += "\\x";
      literal.push_back(kHex[byte >> 4]);
      literal.push_back(kHex[byte & 0xf]);
    } else if (c == '\'' || c == '\\') {
      literal.push_back('\\');
      literal.push_back(c);
    } else if (c == '%') {
      literal += "%%";
    } else {
      literal.push_back(c);
    }
  }
  literal.push_back('\'');
  return literal;
}

struct Handler {
  std::string_view class_name;
  std::string_view arguments;  ///< after the file's name
};

Handler file_handler(Rotation rotation) {
  static constexpr std::string_view kSized = "handlers.RotatingFileHandler";
  static constexpr std::string_view kTimed = "handlers.TimedRotatingFileHandler";
  switch (rotation) {
    case Rotation::daily:
      return {.class_name = kTimed, .arguments = "'D', 1, 5"};
    case Rotation::weekly:
      return {.class_name = kTimed, .arguments = "'W0', 1, 5"};
    case Rotation::monthly:
      return {.class_name = kTimed, .arguments = "'D', 30, 5"};
    case Rotation::size_50mb:
      return {.class_name = kSized, .arguments = "'a', 52428800, 5"};
    case Rotation::size_100mb:
      return {.class_name = kSized, .arguments = "'a', 104857600, 5"};
    default:
      return {.class_name = kSized, .arguments = "'a', 10485760, 5"};
  }
}

constexpr std::string_view kTextFormatter = R"(
[formatter_instance]
format=[%(asctime)s] [%(levelname)s] %(filename)s:%(lineno)d %(message)s
datefmt=%Y-%m-%d %H:%M:%S %z)";

constexpr std::string_view kJsonFormatter = R"(
[formatter_instance]
class=pythonjsonlogger.jsonlogger.JsonFormatter
format=%(asctime)s %(levelname)s %(name)s %(message)s)";

}  // namespace

std::string python_logging_ini(const LogChoice& choice, std::string_view name) {
  const bool to_file = choice.rotation != Rotation::none;
  const std::string level{python_level(choice.level)};
  const std::string handlers = to_file ? "console,file" : "console";

  std::string ini = "[loggers]\nkeys=root\n\n[handlers]\nkeys=" + handlers +
                    "\n\n[formatters]\nkeys=instance\n\n[logger_root]\nlevel=" + level +
                    "\nhandlers=" + handlers +
                    "\n\n[handler_console]\nclass=StreamHandler\nlevel=" + level +
                    "\nformatter=instance\nargs=(sys.stdout,)\n";
  if (to_file) {
    const Handler handler = file_handler(choice.rotation);
    ini += "\n[handler_file]\nclass=";
    ini += handler.class_name;
    ini += "\nlevel=" + level + "\nformatter=instance\nargs=(";
    ini += python_literal("logs/functions/" + std::string{name} + ".log");
    ini += ", ";
    ini += handler.arguments;
    ini += ")\n";
  }
  ini += choice.json ? kJsonFormatter : kTextFormatter;
  return ini;
}

}  // namespace functionmesh::render
