#include "base/yaml.hpp"

#include <yaml.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/yaml_scalar.hpp"

namespace functionmesh::base {
namespace {

constexpr int kMaxDepth = 100;
constexpr std::size_t kMaxAliasWeight = 100'000;
constexpr std::size_t kBytesPerWeight = 64;  // long texts weigh more than one node
constexpr std::size_t kLongestPath = 1'000;  // lines of what lies deeper are not kept
constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

/// What makes reading stop. Thrown and caught in this file only: libyaml's events are read in a
/// recursion of which every level would otherwise hand it on.
struct Stop {
  int line;
  std::string message;
  bool syntax = false;
};

struct Event : yaml_event_t {
  Event() : yaml_event_t{} {}
  ~Event() { yaml_event_delete(this); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  int line() const { return static_cast<int>(start_mark.line) + 1; }
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

struct Node {
  Json value;
  std::size_t weight = 1;
  int depth = 1;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (yaml_parser_initialize(&parser_) == 0) {
      throw Stop{1, "out of memory"};
    }
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Reader() { yaml_parser_delete(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::vector<YamlDocument> documents() {
    std::vector<YamlDocument> documents;
    while (true) {
      Event event;
      next(event);
      if (event.type == YAML_STREAM_END_EVENT) {
        return documents;
      }
      if (event.type == YAML_DOCUMENT_START_EVENT) {
        YamlDocument document = this->document();
        if (!document.value.is_null()) {
          documents.push_back(std::move(document));
        }
      }
    }
  }

 private:
  void next(Event& event) {
    if (yaml_parser_parse(&parser_, &event) != 0) {
      return;
    }
    std::string problem = parser_.problem == nullptr ? "unknown error" : parser_.problem;
    if (parser_.error == YAML_READER_ERROR) {
      throw Stop{line_of(parser_.problem_offset), "not YAML: " + problem, true};
    }
    if (parser_.context != nullptr) {
      problem += " (" + std::string{parser_.context};
      if (parser_.context_mark.line != parser_.problem_mark.line) {
        problem += " that begins on line " + std::to_string(parser_.context_mark.line + 1);
      }
      problem += ")";
    }
    // libyaml counts one line more at the end of a text that ends within something.
    const int line =
        std::min(static_cast<int>(parser_.problem_mark.line) + 1, line_of(text_.size()));
    throw Stop{line, "not YAML: " + problem, true};
  }

  int line_of(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    return static_cast<int>(std::ranges::count(before, '\n')) + 1;
  }

  YamlDocument document() {
    anchors_.clear();
    alias_weight_ = 0;
    YamlDocument document;
    lines_ = &document.lines;
    Event event;
    next(event);
    document.line = event.line();
    document.value = node(event, "", 1).value;
    Event end;
    next(end);
    return document;
  }

  Node node(const Event& event, const std::string& path, int depth) {
    if (depth > kMaxDepth) {
      throw Stop{event.line(), "more than " + std::to_string(kMaxDepth) + " levels of nesting"};
    }
    if (!path.empty() && path.size() <= kLongestPath) {
      lines_->try_emplace(path, event.line());
    }
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        return alias(event, depth);
      case YAML_SCALAR_EVENT:
        return anchored(event.data.scalar.anchor, scalar(event));
      case YAML_SEQUENCE_START_EVENT:
        check_tag(event, event.data.sequence_start.tag, "seq");
        return anchored(event.data.sequence_start.anchor, sequence(path, depth));
      case YAML_MAPPING_START_EVENT:
        check_tag(event, event.data.mapping_start.tag, "map");
        return anchored(event.data.mapping_start.anchor, mapping(path, depth));
      default:
        throw Stop{event.line(), "not YAML: a value is missing"};
    }
  }

  Node alias(const Event& event, int depth) {
    const std::string name{view(event.data.alias.anchor)};
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      throw Stop{event.line(), "*" + name + " refers to nothing above that is complete"};
    }
    alias_weight_ += found->second.weight;
    if (alias_weight_ > kMaxAliasWeight) {
      throw Stop{event.line(), "aliases make more than " + std::to_string(kMaxAliasWeight) +
                                   " nodes of this document"};
    }
    if (depth + found->second.depth - 1 > kMaxDepth) {
      throw Stop{event.line(), "more than " + std::to_string(kMaxDepth) + " levels of nesting"};
    }
    return found->second;
  }

  Node anchored(const yaml_char_t* anchor, Node node) {
    if (anchor != nullptr) {
      anchors_[std::string{view(anchor)}] = node;
    }
    return node;
  }

  static void check_tag(const Event& event, const yaml_char_t* given, std::string_view expected) {
    const std::string_view tag = view(given);
    if (!tag.empty() && tag != "!" && tag != std::string{kTagPrefix} + std::string{expected}) {
      throw Stop{event.line(), "the tag " + std::string{tag} + " is not known here"};
    }
  }

  static Node scalar(const Event& event) {
    const auto& given = event.data.scalar;
    const std::string_view text{reinterpret_cast<const char*>(given.value), given.length};
    const std::size_t weight = 1 + text.size() / kBytesPerWeight;
    std::string_view tag = view(given.tag);
    if (tag.empty()) {
      if (given.style != YAML_PLAIN_SCALAR_STYLE) {
        return {Json(text), weight};
      }
      auto value = plain_scalar(text);
      if (!value) {
        throw Stop{event.line(), value.error()};
      }
      return {*std::move(value), weight};
    }
    if (tag == "!") {
      return {Json(text), weight};
    }
    if (!tag.starts_with(kTagPrefix)) {
      throw Stop{event.line(), "the tag " + std::string{tag} + " is not known here"};
    }
    tag.remove_prefix(kTagPrefix.size());
    if (tag == "str" || tag == "binary" || tag == "timestamp") {
      return {Json(text), weight};
    }
    const auto value = plain_scalar(text);
    const bool fits =
        value && ((tag == "null" && value->is_null()) || (tag == "bool" && value->is_bool()) ||
                  (tag == "int" && (value->is_int64() || value->is_uint64())) ||
                  (tag == "float" && value->is_number()));
    if (!fits) {
      throw Stop{event.line(), "'" + std::string{text.substr(0, 40)} +
                                   "' is no value for the tag !!" + std::string{tag}};
    }
    return {*value, weight};
  }

  Node sequence(const std::string& path, int depth) {
    Node all{JsonArray{}};
    JsonArray& array = all.value.get_array();
    while (true) {
      Event event;
      next(event);
      if (event.type == YAML_SEQUENCE_END_EVENT) {
        return all;
      }
      Node element = node(event, below(path, array.size()), depth + 1);
      add(all, element);
      array.push_back(std::move(element.value));
    }
  }

  Node mapping(const std::string& path, int depth) {
    Node all{JsonObject{}};
    JsonObject& object = all.value.get_object();
    std::vector<Json> merged;
    while (true) {
      Event event;
      next(event);
      if (event.type == YAML_MAPPING_END_EVENT) {
        break;
      }
      const std::string name = key(event);
      const bool merge = name == "<<" && event.type == YAML_SCALAR_EVENT &&
                         event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
      if (object.contains(name)) {
        throw Stop{event.line(), "the key '" + name.substr(0, 100) + "' is there twice"};
      }
      const std::string at = below(path, name);
      if (!at.empty() && at.size() <= kLongestPath) {
        lines_->try_emplace(at, event.line());
      }
      Event value;
      next(value);
      Node member = node(value, at, depth + 1);
      add(all, member);
      if (merge) {
        add_merged(value, std::move(member.value), merged);
      } else {
        object.emplace(name, std::move(member.value));
      }
    }
    // Own keys win over merged ones, earlier merges over later ones.
    for (const Json& other : merged) {
      for (const auto& [name, value] : other.get_object()) {
        object.emplace(name, value);
      }
    }
    return all;
  }

  // `<<: *base`, or a list of such: not in the core schema, but kubectl takes it.
  static void add_merged(const Event& event, Json value, std::vector<Json>& merged) {
    JsonArray all;
    if (value.is_array()) {
      all = std::move(value.get_array());
    } else {
      all.push_back(std::move(value));
    }
    for (Json& one : all) {
      if (!one.is_object()) {
        throw Stop{event.line(),
                   "'<<' takes a map or a list of maps; put it in quotes to use it "
                   "as a key"};
      }
      merged.push_back(std::move(one));
    }
  }

  std::string key(const Event& event) {
    if (event.type == YAML_SCALAR_EVENT) {
      const auto& given = event.data.scalar;
      std::string text{reinterpret_cast<const char*>(given.value), given.length};
      if (given.anchor != nullptr) {
        anchors_[std::string{view(given.anchor)}] = scalar(event);
      }
      return text;
    }
    if (event.type == YAML_ALIAS_EVENT) {
      const Json value = alias(event, 1).value;
      if (value.is_string()) {
        return std::string{std::string_view{value.get_string()}};
      }
    }
    throw Stop{event.line(), "a key must be a single value, not a list or a map"};
  }

  static void add(Node& all, const Node& part) {
    all.weight += part.weight;
    all.depth = std::max(all.depth, part.depth + 1);
  }

  template <typename Step>
  static std::string below(const std::string& path, const Step& step) {
    if (path.size() > kLongestPath) {
      return path;
    }
    std::string at = path;
    append_step(at, step);
    return at;
  }

  std::string_view text_;
  yaml_parser_t parser_{};
  std::map<std::string, Node> anchors_;
  std::size_t alias_weight_ = 0;
  std::map<std::string, int>* lines_ = nullptr;
};

// libyaml does not know JSON's surrogate pairs ("\ud83d\ude00") and refuses keys of over 1 KB.
std::optional<YamlDocument> read_as_json(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos || (text[start] != '{' && text[start] != '[')) {
    return std::nullopt;
  }
  auto value = parse_json(text);
  if (!value) {
    return std::nullopt;
  }
  YamlDocument document;
  document.value = *std::move(value);
  document.line = static_cast<int>(std::count(text.begin(), text.begin() + start, '\n')) + 1;
  return document;
}

}  // namespace

std::expected<std::vector<YamlDocument>, std::string> parse_yaml(std::string_view text,
                                                                 std::string_view name) {
  try {
    return Reader{text}.documents();
  } catch (const Stop& stop) {
    if (stop.syntax) {
      if (auto document = read_as_json(text)) {
        std::vector<YamlDocument> documents;
        documents.push_back(*std::move(document));
        return documents;
      }
    }
    return std::unexpected(std::string{name} + ":" + std::to_string(stop.line) + ": " +
                           stop.message);
  }
}

std::string_view yaml_type_name(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::object:
      return "a map";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::bool_:
      return "true or false";
    case boost::json::kind::null:
      return "nothing";
    default:
      return "a number";
  }
}

}  // namespace functionmesh::base
