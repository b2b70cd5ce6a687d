#include "view/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace functionmesh::view {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15: the blocks of combining marks and invisible format characters that occur in names.
constexpr std::array kZeroWidth = {
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},   Range{0x0610, 0x061A},
    Range{0x064B, 0x065F}, Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E},   Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20FF},   Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}, Range{0x1F3FB, 0x1F3FF}, Range{0xE0100, 0xE01EF},
};

// East Asian Width W and F, and emoji, by block.
constexpr std::array kDoubleWidth = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},
    Range{0x2614, 0x2615},   Range{0x26A1, 0x26A1},   Range{0x2705, 0x2705},
    Range{0x274C, 0x274C},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
    Range{0xFE30, 0xFE4F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
    Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD},
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t code_point) {
  return std::ranges::any_of(ranges, [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

// Reordering and isolating controls: they can make a line read as something else than it says.
bool changes_direction(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF || changes_direction(c);
}

bool is_line_break_or_tab(char32_t c) {
  return c == '\n' || c == '\r' || c == '\t' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

struct Glyph {
  std::string_view bytes;
  int width;
};

std::vector<Glyph> glyphs(std::string_view text) {
  std::vector<Glyph> result;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t code_point = take_code_point(text);
    result.push_back({before.substr(0, before.size() - text.size()), columns(code_point)});
  }
  return result;
}

}  // namespace

char32_t take_code_point(std::string_view& rest) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
  const unsigned char first = byte(0);
  int more = 0;
  char32_t value = first;
  char32_t smallest = 0;
  if (first >= 0xF0 && first < 0xF8) {
    more = 3;
    value = first & 0x07U;
    smallest = 0x10000;
  } else if (first >= 0xE0 && first < 0xF0) {
    more = 2;
    value = first & 0x0FU;
    smallest = 0x800;
  } else if (first >= 0xC0 && first < 0xE0) {
    more = 1;
    value = first & 0x1FU;
    smallest = 0x80;
  } else if (first >= 0x80) {
    rest.remove_prefix(1);
    return kReplacement;
  }
  for (int i = 1; i <= more; ++i) {
    if (static_cast<std::size_t>(i) >= rest.size() || (byte(i) & 0xC0U) != 0x80) {
      rest.remove_prefix(1);
      return kReplacement;
    }
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    rest.remove_prefix(1);
    return kReplacement;
  }
  rest.remove_prefix(static_cast<std::size_t>(more) + 1);
  return value;
}

void append(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

std::string one_line(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const char32_t code_point = take_code_point(text);
    if (is_line_break_or_tab(code_point)) {
      result.push_back(' ');
    } else {
      append(result, is_control(code_point) ? kReplacement : code_point);
    }
  }
  return result;
}

int columns(char32_t code_point) {
  if (code_point < 0x300) {
    return 1;
  }
  if (is_in(kZeroWidth, code_point)) {
    return 0;
  }
  return is_in(kDoubleWidth, code_point) ? 2 : 1;
}

int columns(std::string_view text) {
  int sum = 0;
  while (!text.empty()) {
    sum += columns(take_code_point(text));
  }
  return sum;
}

std::string cut(std::string_view text, int width) {
  if (columns(text) <= width) {
    return std::string(text);
  }
  if (width <= 0) {
    return {};
  }
  std::string result;
  int used = 1;  // the ellipsis
  for (const Glyph& glyph : glyphs(text)) {
    used += glyph.width;
    if (used > width) {
      break;
    }
    result += glyph.bytes;
  }
  return result + "…";
}

std::string cut_middle(std::string_view text, int width) {
  if (columns(text) <= width) {
    return std::string(text);
  }
  if (width < 3) {
    return cut(text, width);
  }
  const std::vector<Glyph> all = glyphs(text);
  const int tail_width = (width - 1) / 2;
  std::string tail;
  int used = 0;
  for (auto glyph = all.rbegin(); glyph != all.rend() && used + glyph->width <= tail_width;
       ++glyph) {
    used += glyph->width;
    tail.insert(0, glyph->bytes);
  }
  return cut(text, width - used) + tail;
}

}  // namespace functionmesh::view
