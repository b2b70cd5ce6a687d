#include "admission/words.hpp"

#include <gtest/gtest.h>

namespace functionmesh::admission {
namespace {

std::string warning(std::string message) {
  return std::string{
      std::string_view{warning_texts({{"f", std::move(message)}}).at(0).as_string()}};
}

TEST(Words, AWarningIsOneLineOfWholeCharacters) {
  struct Case {
    std::string given;
    std::string told;
  };
  for (const Case& c :
       {Case{"a", "a"}, Case{"a\nb\x7f\x01", "a b  "}, Case{"ä€😀", "ä€😀"}, Case{"\xc3", "?"},
        Case{"\xe2\x82", "??"}, Case{"\xff\x80z", "??z"}, Case{"\xc3(", "?("}, Case{"", ""}}) {
    EXPECT_EQ(warning(c.given), "f: " + c.told);
  }
}

TEST(Words, ALongWarningIsCutBetweenCharacters) {
  EXPECT_EQ(warning(std::string(253, 'x')), "f: " + std::string(253, 'x'));
  EXPECT_EQ(warning(std::string(254, 'x')), "f: " + std::string(250, 'x') + "...");
  const std::string cut = warning(std::string(249, 'x') + "ä" + std::string(9, 'x'));
  EXPECT_EQ(cut, "f: " + std::string(249, 'x') + "...");
}

}  // namespace
}  // namespace functionmesh::admission
