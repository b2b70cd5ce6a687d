#include "reconcile/script_meaning.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <vector>

#include "reconcile/fingerprint.hpp"

namespace functionmesh::reconcile {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

// --- words ---------------------------------------------------------------------------------------

struct Word {
  std::string text;
  bool is_operator = false;  ///< && || ; | ( ) and the like
};

/// Shell words with quotes taken off. A $ or ` that stands for itself is written \$ or \` here, so
/// it differs from an expansion.
class Words {
 public:
  explicit Words(std::string_view script) : script_{script} {}

  std::vector<Word> read() && {
    while (at_ < script_.size()) {
      step();
    }
    end_word();
    return std::move(words_);
  }

 private:
  void step() {
    const char c = script_[at_++];
    if (quote_ == '\'') {
      if (c == '\'') {
        quote_ = '\0';
      } else {
        add_literal(c);
      }
    } else if (c == '\\' && at_ < script_.size()) {
      add_escaped(script_[at_++]);
    } else if (c == '"') {
      quote_ = quote_ == '"' ? '\0' : '"';
      in_word_ = true;
    } else if (quote_ == '"') {
      word_ += c;
    } else if (c == '\'') {
      quote_ = '\'';
      in_word_ = true;
    } else if (c == '$' && script_.substr(at_).starts_with("(")) {
      add_substitution();
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      end_word();
    } else if (std::string_view{"&|;()"}.find(c) != std::string_view::npos) {
      add_operator(c);
    } else {
      word_ += c;
      in_word_ = true;
    }
  }

  void add_literal(char c) {
    if (c == '$' || c == '`') {
      word_ += '\\';
    }
    word_ += c;
  }

  void add_escaped(char c) {
    in_word_ = true;
    if (c == '\n') {
      return;
    }
    const bool stays = quote_ == '"' && c != '"' && c != '\\' && c != '$' && c != '`';
    if (stays) {
      word_ += '\\';
    }
    add_literal(c);
  }

  /// $( ... ) is part of a word as it stands.
  void add_substitution() {
    const std::size_t end = std::min(script_.find(')', at_), script_.size() - 1);
    word_ += '$';
    word_ += script_.substr(at_, end + 1 - at_);
    at_ = end + 1;
    in_word_ = true;
  }

  void add_operator(char c) {
    end_word();
    std::string text{c};
    while (c != '(' && c != ')' && at_ < script_.size() && script_[at_] == c) {
      text += script_[at_++];
    }
    words_.push_back({std::move(text), true});
  }

  void end_word() {
    if (in_word_ || !word_.empty()) {
      words_.push_back({std::move(word_), false});
    }
    word_.clear();
    in_word_ = false;
  }

  std::string_view script_;
  std::size_t at_ = 0;
  char quote_ = '\0';
  std::string word_;
  bool in_word_ = false;
  std::vector<Word> words_;
};

using Command = std::vector<std::string>;

std::vector<Command> commands_of(std::string_view script) {
  std::vector<Command> commands(1);
  for (Word& word : Words{script}.read()) {
    if (!word.is_operator) {
      commands.back().push_back(std::move(word.text));
    } else if (!commands.back().empty()) {
      commands.emplace_back();
    }
  }
  std::erase_if(commands, [](const Command& command) { return command.empty(); });
  return commands;
}

// --- values --------------------------------------------------------------------------------------

std::string without_marks(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool marked =
        word[i] == '\\' && i + 1 < word.size() && (word[i + 1] == '$' || word[i + 1] == '`');
    if (!marked) {
      text += word[i];
    }
  }
  return text;
}

std::optional<Json> json_of(std::string_view text) {
  if (!text.starts_with('{') && !text.starts_with('[')) {
    return std::nullopt;
  }
  auto parsed = base::parse_json(text);
  return parsed ? std::optional{std::move(*parsed)} : std::nullopt;
}

/// With JSON inside of strings (a user's configuration) read, too.
Json read_through(Json value) {
  if (JsonObject* object = value.if_object()) {
    for (auto& [key, member] : *object) {
      member = read_through(std::move(member));
    }
  } else if (JsonArray* array = value.if_array()) {
    for (Json& element : *array) {
      element = read_through(std::move(element));
    }
  } else if (const auto* text = value.if_string()) {
    if (auto inner = json_of(*text)) {
      return read_through(std::move(*inner));
    }
  }
  return value;
}

/// What the reference writes into a batch source's userConfig from the second time on.
void drop_batch_keys(Json& user_config) {
  if (JsonObject* object = user_config.if_object()) {
    object->stable_erase("__BATCHSOURCECONFIGS__");
    object->stable_erase("__BATCHSOURCECLASSNAME__");
  }
}

/// A word; of a JSON object each member, so that a difference can be named.
Json value_of(std::string_view word) {
  const auto json = json_of(without_marks(word));
  if (!json) {
    return Json(word);
  }
  if (!json->is_object()) {
    return Json(fingerprint(read_through(*json)));
  }
  JsonObject members;
  for (const auto& [key, member] : json->get_object()) {
    Json value = read_through(member);
    if (key == "userConfig") {
      drop_batch_keys(value);
    }
    members[key] = fingerprint(value);
  }
  return members;
}

bool is_option(std::string_view word) {
  return word.size() > 2 && word.starts_with("--") &&
         std::ranges::all_of(word.substr(2), [](char c) {
           return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
         });
}

void add_option(JsonObject& step, std::string_view name, Json value) {
  Json& slot = step[name];
  if (slot.is_null()) {
    slot = std::move(value);
  } else {
    slot = JsonArray{std::move(slot), std::move(value)};  // given again: both count, in this order
  }
}

JsonObject words_and_options(const Command& command) {
  JsonObject step;
  JsonArray words;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string_view word = command[i];
    const std::size_t equals = word.find('=');
    if (is_option(word)) {
      const bool has_value = i + 1 < command.size() && !command[i + 1].starts_with("--");
      add_option(step, word, has_value ? value_of(command[++i]) : Json(true));
    } else if (equals != std::string_view::npos && is_option(word.substr(0, equals))) {
      add_option(step, word.substr(0, equals), value_of(word.substr(equals + 1)));
    } else {
      words.push_back(value_of(word));
    }
  }
  step["words"] = std::move(words);
  return step;
}

// --- steps ---------------------------------------------------------------------------------------

/// The configuration that a Go instance gets; the cpu in it is for information, and rounded by the
/// reference.
Json go_configuration(std::string_view text) {
  std::string filled = without_marks(text);
  constexpr std::string_view kShard = "${SHARD_ID}";
  for (std::size_t at = filled.find(kShard); at != std::string::npos; at = filled.find(kShard)) {
    filled.replace(at, kShard.size(), "0");
  }
  Json value = value_of(filled);
  if (JsonObject* object = value.if_object()) {
    object->erase("cpu");
  }
  return value;
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

/// The word among the levels that the text has most often: the level of all its loggers.
std::string level_in(std::string_view lower_text) {
  static constexpr std::array<std::string_view, 10> kLevels = {
      "off", "trace", "debug", "info", "warning", "warn", "error", "fatal", "critical", "all"};
  std::map<std::string, int> counts;
  std::string word;
  for (const char c : std::string{lower_text} + " ") {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (std::ranges::find(kLevels, word) != kLevels.end()) {
      ++counts[word];
    }
    word.clear();
  }
  const auto most =
      std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? std::string{} : most->first;
}

std::string rotation_in(std::string_view text) {
  const std::string low = lower(text);
  if (has_any(text, {"0 0 0 1 * ?", ", 30,"})) {
    return "monthly";
  }
  if (has_any(low, {"0 0 0 ? * 1", "'w0'"})) {
    return "weekly";
  }
  if (has_any(low, {"0 0 0 * * ?", ", 'd', 1,"})) {
    return "daily";
  }
  if (has_any(low, {"104857600", "100mb", "100 mb"})) {
    return "100mb";
  }
  if (has_any(low, {"52428800", "50mb", "50 mb"})) {
    return "50mb";
  }
  return has_any(low, {"10485760", "10mb", "10 mb"}) ? "10mb" : "";
}

/// What a log4j (XML, YAML) or Python logging (INI) configuration asks for.
JsonObject logging_of(std::string_view text, std::string_view file) {
  const std::string low = lower(without_marks(text));
  return {{"file", file},
          {"format", has_any(low, {"json"}) ? "json" : "text"},
          {"rotation", rotation_in(without_marks(text))},
          {"level", level_in(low)}};
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

class Steps {
 public:
  void add(const Command& command) {
    const std::string_view head = command.front();
    const auto redirected = std::ranges::find(command, ">");
    if (head == "echo" || head == "printf") {
      if (redirected != command.end() && redirected + 1 != command.end()) {
        add_file(command, redirected);
      }
    } else if (head == "sed") {
      take_level(command);
    } else if (head.starts_with("GO_FUNCTION_CONF=")) {
      add("configuration", go_configuration(head.substr(head.find('=') + 1)));
    } else if (!is_talk(head)) {
      add(std::string{file_name(head.substr(0, head.find('=')))}, words_and_options(command));
    }
  }

  Json json() && {
    steps_["order"] = std::move(order_);
    return std::move(steps_);
  }

 private:
  static bool is_talk(std::string_view head) {
    return head == "ls" || head == "pwd" || head == "true" || head == "mkdir";
  }

  void add(std::string name, Json step) {
    std::string unique = name;
    for (int i = 2; steps_.contains(unique); ++i) {
      unique = name + " " + std::to_string(i);
    }
    order_.emplace_back(unique);
    steps_[unique] = std::move(step);
  }

  /// Only that it is written, and for logging what it asks for: its text is anybody's.
  void add_file(const Command& command, Command::const_iterator redirected) {
    const std::string& file = *(redirected + 1);
    if (!has_any(file, {"java-log", "python-log"})) {
      add("write", JsonObject{{"file", file}});
      return;
    }
    std::string text;
    for (auto word = command.begin() + 1; word != redirected; ++word) {
      text += *word + " ";
    }
    steps_["logging"] = logging_of(text, file);
  }

  /// The reference corrects the level of a file that it wrote before.
  void take_level(const Command& command) {
    for (const std::string& word : command) {
      const std::size_t at = word.rfind("level=");
      if (at != std::string::npos && steps_.contains("logging")) {
        steps_["logging"].get_object()["level"] = level_in(lower(word.substr(at)));
      }
    }
  }

  JsonObject steps_;
  JsonArray order_;
};

}  // namespace

Json meaning_of_script(std::string_view script) {
  Steps steps;
  for (const Command& command : commands_of(script)) {
    steps.add(command);
  }
  return std::move(steps).json();
}

}  // namespace functionmesh::reconcile
