#include "base/json.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace functionmesh::base {
namespace {

void write_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out.push_back(kHex[(c >> 4) & 0xf]);
          out.push_back(kHex[c & 0xf]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

template <typename Number>
void write_number(std::string& out, Number number) {
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.begin(), buffer.end(), number);
  out.append(buffer.data(), end);
}

void new_line(std::string& out, Layout layout, int depth) {
  if (layout == Layout::indented) {
    out.push_back('\n');
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
  }
}

void write(std::string& out, const Json& value, Layout layout, int depth);

void write(std::string& out, const JsonObject& object, Layout layout, int depth) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, member] : object) {
    if (!first) {
      out.push_back(',');
    }
    first = false;
    new_line(out, layout, depth + 1);
    write_string(out, key);
    out += layout == Layout::indented ? ": " : ":";
    write(out, member, layout, depth + 1);
  }
  if (!first) {
    new_line(out, layout, depth);
  }
  out.push_back('}');
}

void write(std::string& out, const JsonArray& array, Layout layout, int depth) {
  out.push_back('[');
  bool first = true;
  for (const Json& element : array) {
    if (!first) {
      out.push_back(',');
    }
    first = false;
    new_line(out, layout, depth + 1);
    write(out, element, layout, depth + 1);
  }
  if (!first) {
    new_line(out, layout, depth);
  }
  out.push_back(']');
}

void write(std::string& out, const Json& value, Layout layout, int depth) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      write_number(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      write_number(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      if (std::isfinite(value.get_double())) {
        write_number(out, value.get_double());
      } else {
        out += "null";  // JSON has no infinity
      }
      break;
    case boost::json::kind::string:
      write_string(out, value.get_string());
      break;
    case boost::json::kind::array:
      write(out, value.get_array(), layout, depth);
      break;
    case boost::json::kind::object:
      write(out, value.get_object(), layout, depth);
      break;
  }
}

bool equal_numbers(const Json& a, const Json& b) {
  if (a.is_double() || b.is_double()) {
    return a.to_number<double>() == b.to_number<double>();
  }
  if (a.is_uint64() || b.is_uint64()) {
    const auto negative = [](const Json& number) {
      return number.is_int64() && number.get_int64() < 0;
    };
    return !negative(a) && !negative(b) &&
           a.to_number<std::uint64_t>() == b.to_number<std::uint64_t>();
  }
  return a.get_int64() == b.get_int64();
}

}  // namespace

std::string write_json(const Json& value, Layout layout) {
  std::string out;
  write(out, value, layout, 0);
  return out;
}

std::string write_json(const JsonObject& value, Layout layout) {
  std::string out;
  write(out, value, layout, 0);
  return out;
}

bool equal(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    return equal_numbers(a, b);
  }
  if (a.kind() != b.kind()) {
    return false;
  }
  switch (a.kind()) {
    case boost::json::kind::bool_:
      return a.get_bool() == b.get_bool();
    case boost::json::kind::string:
      return a.get_string() == b.get_string();
    case boost::json::kind::array: {
      const JsonArray& left = a.get_array();
      const JsonArray& right = b.get_array();
      if (left.size() != right.size()) {
        return false;
      }
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (!equal(left[i], right[i])) {
          return false;
        }
      }
      return true;
    }
    case boost::json::kind::object: {
      const JsonObject& left = a.get_object();
      const JsonObject& right = b.get_object();
      if (left.size() != right.size()) {
        return false;
      }
      for (const auto& [key, member] : left) {
        const Json* other = right.if_contains(key);
        if (other == nullptr || !equal(member, *other)) {
          return false;
        }
      }
      return true;
    }
    default:
      return true;  // null
  }
}

bool contains(const Json& actual, const Json& wanted) {
  if (!actual.is_object() || !wanted.is_object()) {
    return equal(actual, wanted);
  }
  for (const auto& [key, member] : wanted.get_object()) {
    const Json* other = actual.get_object().if_contains(key);
    if (other == nullptr || !contains(*other, member)) {
      return false;
    }
  }
  return true;
}

const Json* find(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* at = &value;
  for (const std::string_view key : path) {
    const JsonObject* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(key);
    if (at == nullptr) {
      return nullptr;
    }
  }
  return at;
}

Json* find(Json& value, std::initializer_list<std::string_view> path) {
  return const_cast<Json*>(find(std::as_const(value), path));
}

std::string_view text_at(const Json& value, std::initializer_list<std::string_view> path,
                         std::string_view fallback) {
  const Json* at = find(value, path);
  if (at == nullptr || !at->is_string()) {
    return fallback;
  }
  return at->get_string();
}

std::int64_t number_at(const Json& value, std::initializer_list<std::string_view> path,
                       std::int64_t fallback) {
  const Json* at = find(value, path);
  if (at == nullptr || !at->is_number()) {
    return fallback;
  }
  boost::system::error_code error;
  const auto number = at->to_number<std::int64_t>(error);
  return error ? fallback : number;
}

void append_step(std::string& path, std::string_view name) {
  static constexpr std::string_view kWord =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (name.empty() || name.find_first_not_of(kWord) != name.npos) {
    path.push_back('[');
    write_string(path, name);
    path.push_back(']');
    return;
  }
  if (!path.empty()) {
    path.push_back('.');
  }
  path += name;
}

void append_step(std::string& path, std::size_t index) {
  path += "[" + std::to_string(index) + "]";
}

void merge_patch(Json& target, const Json& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) {
    target = JsonObject{};
  }
  for (const auto& [key, member] : patch.get_object()) {
    if (member.is_null()) {
      target.get_object().erase(key);
    } else {
      merge_patch(target.get_object()[key], member);
    }
  }
}

}  // namespace functionmesh::base
