#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace functionmesh::cli {

/// True when colours belong into this stream: a terminal that is not "dumb", and no NO_COLOR
/// (no-color.org) in the environment.
bool wants_colour(std::FILE* stream);

/// Columns of the terminal on stdout, else those that $COLUMNS says; 0: as many as it takes.
int terminal_width();

enum class Style { plain, error, warning, good, dim, bold };

/// `text` in a style, if `colour`; else `text`.
std::string styled(std::string_view text, Style style, bool colour);

/// What stands before each line of an instance among others; instances are told apart by number.
std::string instance_prefix(std::string_view instance, std::size_t number, bool colour);

/// "error: ..." on stderr, coloured where that belongs.
void print_error(std::string_view message);
void print_warning(std::string_view message);

/// Writes to stdout; a reader that has gone away is no error.
void print(std::string_view text);

}  // namespace functionmesh::cli
