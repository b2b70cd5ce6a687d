#include "base/shell.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <random>

namespace functionmesh::base {
namespace {

// What a real shell makes of `line` when printf writes each of its words behind a '|'.
std::string printed_by_shell(const std::string& line) {
  const std::unique_ptr<FILE, int (*)(FILE*)> shell{popen(("printf '|%s' " + line).c_str(), "r"),
                                                    pclose};
  std::string output;
  for (int c = std::fgetc(shell.get()); c != EOF; c = std::fgetc(shell.get())) {
    output.push_back(static_cast<char>(c));
  }
  return output;
}

TEST(ShellQuote, LeavesPlainWordsAlone) {
  EXPECT_EQ(shell_quote("persistent://public/default/in-1"), "persistent://public/default/in-1");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("a b"), "'a b'");
  EXPECT_EQ(shell_quote("$(date)"), "'$(date)'");
  EXPECT_EQ(shell_quote("it's"), R"('it'"'"'s')");
  EXPECT_EQ(shell_quote("~"), "'~'");
}

TEST(ShellQuote, MeansTheSameTextToAShell) {
  std::mt19937 random{1};
  std::string line;
  std::string expected;
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (std::size_t length = random() % 12; length > 0; --length) {
      text.push_back(static_cast<char>(1 + random() % 126));
    }
    line += shell_quote(text) + " ";
    expected += "|" + text;
  }
  EXPECT_EQ(printed_by_shell(line), expected);
}

TEST(ShellWords, AreThoseOfAShell) {
  struct Case {
    const char* line;
    std::vector<std::string> words;
  };
  for (const auto& [line, words] : {
           Case{"", {}},
           Case{"  \t\n ", {}},
           Case{"-Xss512k -Dfoo=bar", {"-Xss512k", "-Dfoo=bar"}},
           Case{R"(-Dq="a b")", {"-Dq=a b"}},
           Case{R"('' "")", {"", ""}},
           Case{R"('a'"b"c)", {"abc"}},
           Case{R"('a\b' "a\b" a\b "\"\\")", {R"(a\b)", R"(a\b)", "ab", R"("\)"}},
           Case{"'it'\\''s'", {"it's"}},
           Case{"\"a\\\nb\" c\\\nd", {"ab", "cd"}},
       }) {
    const auto read = shell_words(line);
    ASSERT_TRUE(read.has_value()) << line;
    EXPECT_EQ(*read, words) << line;
    if (!words.empty()) {
      std::string expected;
      for (const std::string& word : words) {
        expected += "|" + word;
      }
      EXPECT_EQ(printed_by_shell(line), expected) << line;
    }
  }
}

TEST(ShellWords, NameAnOpenQuote) {
  EXPECT_EQ(shell_words("a 'b").error(), "a quote ' is opened and never closed");
  EXPECT_EQ(shell_words("a \"b'").error(), "a quote \" is opened and never closed");
}

TEST(ShellWords, ReadWhatShellQuoteWrites) {
  std::mt19937 random{2};
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::size_t length = random() % 10; length > 0; --length) {
      text.push_back(" \t\n'\"\\$`a-*"[random() % 11]);
    }
    EXPECT_EQ(shell_words(shell_quote(text)), std::vector<std::string>{text});
  }
}

}  // namespace
}  // namespace functionmesh::base
