#include <array>
#include <cstdint>

#include "base/yaml.hpp"
#include "base/yaml_scalar.hpp"

namespace functionmesh::base {
namespace {

constexpr std::size_t kLongestSimpleKey = 900;  // YAML allows 1024 characters with the quotes

/// One character of UTF-8 text. An invalid byte counts as one character with this value.
struct Character {
  std::uint32_t code = 0;
  std::size_t size = 1;
  bool valid = true;
};

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead};
  }
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) {
    return {lead, 1, false};
  }
  std::uint32_t code = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return {lead, 1, false};
    }
    code = (code << 6) | (byte(i) & 0x3f);
  }
  static constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[size] || code > 0x10ffff || surrogate) {
    return {lead, 1, false};
  }
  return {code, size};
}

// What every YAML reader takes as it stands, inside a block or quotes.
bool is_printable(const Character& c) {
  return c.valid && ((c.code >= 0x20 && c.code <= 0x7e) ||
                     (c.code >= 0xa0 && c.code <= 0xfffd && c.code != 0x2028 && c.code != 0x2029 &&
                      c.code != 0xfeff) ||
                     c.code >= 0x10000);
}

void append_hex(std::string& out, std::uint32_t code, int digits) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out.push_back(kHex[(code >> shift) & 0xf]);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const Character c = first_character(text);
    if (c.code == '"' || c.code == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c.code));
    } else if (c.code == '\n') {
      out += "\\n";
    } else if (c.code == '\t') {
      out += "\\t";
    } else if (c.code == '\r') {
      out += "\\r";
    } else if (is_printable(c)) {
      out += text.substr(0, c.size);
    } else if (c.code <= 0xff) {
      out += "\\x";
      append_hex(out, c.code, 2);
    } else {
      out += "\\u";
      append_hex(out, c.code, 4);
    }
    text.remove_prefix(c.size);
  }
  out.push_back('"');
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '/';
}

// Careful rather than complete: what might need quotes gets them.
bool is_plain(std::string_view text) {
  if (looks_like_other_type(text) || text.back() == ' ' || text.back() == ':') {
    return false;
  }
  if (!is_word_character(text.front()) && text.front() != '.' && text.front() != '$') {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool before_blank = i + 1 < text.size() && text[i + 1] == ' ';
    if (c == ':' ? before_blank
                 : !is_word_character(c) &&
                       std::string_view{"-.@+=$,;() "}.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return text != "..." && text.size() <= kLongestSimpleKey;
}

// Several lines that stand in a | block exactly as they are.
bool is_block(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos || end == 0 || text.ends_with("\n\n") || text.front() == ' ') {
    return false;
  }
  bool line_start = true;
  while (!text.empty()) {
    const Character c = first_character(text);
    const bool tab = c.code == '\t';
    if (c.code != '\n' && !is_printable(c) && (!tab || line_start)) {
      return false;
    }
    line_start = c.code == '\n';
    text.remove_prefix(c.size);
  }
  return true;
}

class Writer {
 public:
  std::string document(const Json& value) && {
    if (value.is_string()) {
      append_scalar_text(value.get_string());
      out_.push_back('\n');
    } else {
      this->value(value, 0, Place::line_start);
    }
    return std::move(out_);
  }

 private:
  enum class Place { line_start, after_key, after_dash };

  void value(const Json& value, std::size_t indent, Place place) {
    if (value.is_object() && !value.get_object().empty()) {
      object(value.get_object(), indent, place);
    } else if (value.is_array() && !value.get_array().empty()) {
      array(value.get_array(), indent, place);
    } else {
      if (place == Place::after_key) {
        out_.push_back(' ');
      }
      scalar(value, indent);
      out_.push_back('\n');
    }
  }

  void object(const JsonObject& object, std::size_t indent, Place place) {
    bool first = place == Place::after_dash;
    if (place == Place::after_key) {
      out_.push_back('\n');
    }
    for (const auto& [key, member] : object) {
      start_line(indent, first);
      first = false;
      if (key.size() > kLongestSimpleKey) {
        out_ += "? ";
        append_quoted(out_, key);
        out_.push_back('\n');
        start_line(indent, false);
        out_ += ": ";
        value(member, indent + 2, Place::after_dash);
        continue;
      }
      append_scalar_text(key);
      out_.push_back(':');
      // Lists stand below their key, as kubectl writes them.
      value(member, member.is_array() ? indent : indent + 2, Place::after_key);
    }
  }

  void array(const JsonArray& array, std::size_t indent, Place place) {
    bool first = place == Place::after_dash;
    if (place == Place::after_key) {
      out_.push_back('\n');
    }
    for (const Json& element : array) {
      start_line(indent, first);
      first = false;
      out_ += "- ";
      value(element, indent + 2, Place::after_dash);
    }
  }

  // Nothing for the first line of what follows a dash.
  void start_line(std::size_t indent, bool after_dash) {
    if (!after_dash) {
      out_.append(indent, ' ');
    }
  }

  void scalar(const Json& value, std::size_t indent) {
    if (!value.is_string()) {
      out_ += write_json(value);
      return;
    }
    const std::string_view text = value.get_string();
    if (!is_block(text)) {
      append_scalar_text(text);
      return;
    }
    const bool ends = text.ends_with('\n');
    out_ += ends ? "|" : "|-";
    std::string_view rest = ends ? text.substr(0, text.size() - 1) : text;
    while (true) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      out_.push_back('\n');
      if (!line.empty()) {
        out_.append(indent, ' ');
        out_ += line;
      }
      if (end == rest.npos) {
        return;
      }
      rest.remove_prefix(end + 1);
    }
  }

  void append_scalar_text(std::string_view text) {
    if (is_plain(text)) {
      out_ += text;
    } else {
      append_quoted(out_, text);
    }
  }

  std::string out_;
};

}  // namespace

std::string write_yaml(const Json& value) {
  return Writer{}.document(value);
}

}  // namespace functionmesh::base
