#pragma once

#include <string>
#include <string_view>

/// Text as it stands on a terminal or in a picture.
namespace functionmesh::view {

/// Takes one code point off the front of `rest`: U+FFFD for a byte that is no UTF-8.
/// Precondition: `rest` is not empty.
char32_t take_code_point(std::string_view& rest);

/// Appends a code point as UTF-8.
void append(std::string& text, char32_t code_point);

/// `text` as one line of nothing but printable characters: line breaks and tabs become blanks,
/// other control characters and what is no UTF-8 become U+FFFD. What users and processes write
/// reaches a terminal or an XML document only through this.
std::string one_line(std::string_view text);

/// How many columns a terminal gives this character: 0 (combining), 1 or 2 (East Asian, emoji).
int columns(char32_t code_point);

/// The columns of a text that went through one_line().
int columns(std::string_view text);

/// `text` in at most `width` columns, its end replaced by "…" where it is longer.
std::string cut(std::string_view text, int width);

/// The same with the "…" in the middle: what tells names apart is often at their end.
std::string cut_middle(std::string_view text, int width);

}  // namespace functionmesh::view
