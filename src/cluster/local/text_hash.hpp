#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace functionmesh::local {

/// FNV-1a. Two calls can be chained: text_hash(b, text_hash(a)).
constexpr std::uint64_t text_hash(std::string_view text,
                                  std::uint64_t hash = 14695981039346656037U) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return hash;
}

/// `digits` hexadecimal digits of a hash.
inline std::string hex(std::uint64_t hash, int digits = 16) {
  std::string text;
  for (int i = 0; i < digits; ++i) {
    text.push_back("0123456789abcdef"[hash >> 60U]);
    hash <<= 4U;
  }
  return text;
}

}  // namespace functionmesh::local
