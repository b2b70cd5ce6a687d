#include "view/text.hpp"

#include <gtest/gtest.h>

namespace functionmesh::view {
namespace {

TEST(Text, BecomesOneLineThatATerminalCannotMistakeForCommands) {
  struct Case {
    std::string given;
    const char* shown;
  };
  for (const auto& [given, shown] : {
           Case{"plain", "plain"},
           Case{"two\nlines\tand\r\nmore", "two lines and  more"},
           Case{"\x1b[31mred\x07", "\uFFFD[31mred\uFFFD"},
           Case{std::string("nul\0here", 8), "nul\uFFFDhere"},
           Case{"\xc2\x9b"
                "31m",
                "\uFFFD31m"},
           Case{"\u202Egnp.exe", "\uFFFDgnp.exe"},
           Case{"Grüße 世界 🎉", "Grüße 世界 🎉"},
       }) {
    EXPECT_EQ(one_line(given), shown);
  }
}

TEST(Text, ReplacesWhatIsNoUtf8) {
  for (const char* text : {"\xff", "\x80", "\xc3", "\xe4\xb8", "\xc0\xaf", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf0\x9f\x8e"}) {
    const std::string shown = one_line(text);
    EXPECT_TRUE(shown.starts_with("\uFFFD")) << shown;
    EXPECT_EQ(one_line(shown), shown);
  }
}

TEST(Text, CountsTheColumnsOfATerminal) {
  EXPECT_EQ(columns("abc"), 3);
  EXPECT_EQ(columns("Grüße"), 5);
  EXPECT_EQ(columns("世界"), 4);
  EXPECT_EQ(columns("🎉"), 2);
  EXPECT_EQ(columns("e\u0301"), 1);
  EXPECT_EQ(columns("… · ×"), 5);
}

TEST(Text, IsCutToAWidth) {
  struct Case {
    const char* given;
    int width;
    const char* end;
    const char* middle;
  };
  for (const auto& [given, width, end, middle] : {
           Case{"abcdef", 6, "abcdef", "abcdef"},
           Case{"abcdef", 5, "abcd…", "ab…ef"},
           Case{"abcdef", 1, "…", "…"},
           Case{"abcdef", 0, "", ""},
           Case{"abcdef", -3, "", ""},
           Case{"世界世界", 5, "世界…", "世…界"},
           Case{"世界世界", 4, "世…", "世…"},
       }) {
    EXPECT_EQ(cut(given, width), end) << given << width;
    EXPECT_EQ(cut_middle(given, width), middle) << given << width;
  }
}

}  // namespace
}  // namespace functionmesh::view
