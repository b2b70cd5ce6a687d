#include "base/base64.hpp"

#include <cstdint>

namespace functionmesh::base {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) -> std::uint32_t {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
    };
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    text += kDigits[group >> 18];
    text += kDigits[group >> 12 & 63];
    text += i + 1 < bytes.size() ? kDigits[group >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? kDigits[group & 63] : '=';
  }
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int digits = 0;   // of the group
  int padding = 0;  // of the group, which is then the last
  for (const char c : text) {
    if (is_blank(c)) {
      continue;
    }
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos || padding > 0) {
      return std::nullopt;
    }
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if (++digits == 4) {
      bytes += {static_cast<char>(group >> 16), static_cast<char>(group >> 8 & 255),
                static_cast<char>(group & 255)};
      group = 0;
      digits = 0;
    }
  }
  const bool whole = digits == 0 && padding == 0;
  if (!whole && (digits < 2 || digits + padding != 4)) {
    return std::nullopt;
  }
  if (digits >= 2) {
    group <<= 6 * (4 - digits);
    bytes += static_cast<char>(group >> 16);
    if (digits == 3) {
      bytes += static_cast<char>(group >> 8 & 255);
    }
  }
  return bytes;
}

}  // namespace functionmesh::base
