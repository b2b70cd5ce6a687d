#include "inspect/log_lines.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace functionmesh::inspect {
namespace {

struct Read {
  std::vector<std::string> texts;
  LogLines lines{[this](std::string_view, std::string_view text) { texts.emplace_back(text); }};
};

using Texts = std::vector<std::string>;

TEST(LogLines, AreCutAtLineBreaksOnly) {
  Read read;
  read.lines.feed("2026-01-31T12:00:00.1Z one\n2026-01-31T12:00:0");
  read.lines.feed("0.2Z two ");
  EXPECT_EQ(read.texts, (Texts{"one"}));
  read.lines.feed("words\n2026-01-31T12:00:00.3Z \n2026-01-31T12:00:00.4Z last");
  read.lines.end();
  EXPECT_EQ(read.texts, (Texts{"one", "two words", "", "last"}));
  EXPECT_EQ(read.lines.since(), "2026-01-31T12:00:00Z");
}

TEST(LogLines, OfAnotherStreamAreToldOnce) {
  Read read;
  EXPECT_EQ(read.lines.since(), "");
  read.lines.feed(
      "2026-01-31T12:00:00.1Z a\n2026-01-31T12:00:00.12Z b\n2026-01-31T12:00:00.12Z b\n");
  read.lines.end();
  read.lines.feed(
      "2026-01-31T12:00:00.1Z a\n2026-01-31T12:00:00.12Z b\n2026-01-31T12:00:00.12Z b\n"
      "2026-01-31T12:00:00.12Z b\n2026-01-31T12:00:00.125Z c\n");
  read.lines.end();
  EXPECT_EQ(read.texts, (Texts{"a", "b", "b", "b", "c"}));
  read.lines.feed("2026-01-31T12:00:00.125Z c\n2026-01-31T12:00:01Z d\n");
  read.lines.end();
  EXPECT_EQ(read.texts.back(), "d");
  EXPECT_EQ(read.texts.size(), 6);
}

TEST(LogLines, AreReadWhateverTheyAre) {
  Read read;
  read.lines.feed("\n\nno time\n-\nT\n");
  read.lines.end();
  read.lines.feed("x");
  read.lines.end();
  EXPECT_FALSE(read.texts.empty());
  read.lines.since();
}

}  // namespace
}  // namespace functionmesh::inspect
