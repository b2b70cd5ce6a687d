#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace functionmesh::base {

/// `text` as one word of a POSIX shell that stands for exactly these characters. Words of plain
/// characters stay as they are; all else is put in single quotes.
std::string shell_quote(std::string_view text);

/// The words a POSIX shell reads in `text`, quotes removed and nothing expanded:
/// -Dq="a b" is one word, -Dq=a b. The error names an open quote.
std::expected<std::vector<std::string>, std::string> shell_words(std::string_view text);

}  // namespace functionmesh::base
