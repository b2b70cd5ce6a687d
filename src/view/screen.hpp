#pragma once

#include <string>
#include <string_view>

/// The control sequences with which frames replace each other in place on a terminal (ECMA-48 and
/// xterm's private modes): what is on the terminal before begin() is there again after end().
namespace functionmesh::view::screen {

/// Another screen, no cursor, and lines that are too long do not wrap.
inline constexpr std::string_view kBegin = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";

/// All of that undone. A constant, so that a signal handler can write it; does no harm twice.
inline constexpr std::string_view kEnd = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/// Draws a frame (lines with "\n" between them) over the one before, without a flicker.
std::string draw(std::string_view frame);

}  // namespace functionmesh::view::screen
