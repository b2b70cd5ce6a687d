#include "view/flows.hpp"

#include <gtest/gtest.h>

namespace functionmesh::view {
namespace {

TEST(Flows, KnowWhichTopicsAPatternTakesIn) {
  struct Case {
    const char* pattern;
    const char* topic;
    bool matches;
  };
  for (const auto& [pattern, topic, matches] : {
           Case{"a", "a", true},
           Case{"a", "ab", false},
           Case{"ab", "a", false},
           Case{".*", "", true},
           Case{".+", "", false},
           Case{".+", "x", true},
           Case{"a.c", "abc", true},
           Case{"a\\.c", "abc", false},
           Case{"a\\.c", "a.c", true},
           Case{"a.*b.*c", "a--b--b-c", true},
           Case{"a.*b.*c", "a--c--b", false},
           Case{"p://t/n/in-.*", "p://t/n/in-7", true},
           Case{"p://t/n/in-.*", "p://t/n/out-7", false},
           // More of a regular expression than is read here: no link rather than a wrong one.
           Case{"[ab]", "a", false},
           Case{"a|b", "a", false},
           Case{"ab*", "abb", false},
           Case{"\\d", "1", false},
           Case{"a\\", "a", false},
       }) {
    EXPECT_EQ(pattern_matches(pattern, topic), matches) << pattern << " " << topic;
  }
}

TEST(Flows, PatternsTakeNoTimeToSpeakOf) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) {
    pattern += ".*a";
  }
  EXPECT_FALSE(pattern_matches(pattern + "b", std::string(5000, 'a')));
}

TEST(Flows, NameTopicsInFull) {
  EXPECT_EQ(full_topic("x"), "persistent://public/default/x");
  EXPECT_EQ(full_topic("t/n/x"), "persistent://t/n/x");
  EXPECT_EQ(full_topic("non-persistent://t/n/x"), "non-persistent://t/n/x");
  EXPECT_EQ(full_topic("no/topic"), "no/topic");
  EXPECT_EQ(namespace_of("persistent://t/n/x"), "persistent://t/n");
  EXPECT_EQ(namespace_of("persistent://t/n"), "");
  EXPECT_EQ(namespace_of("x"), "");
}

}  // namespace
}  // namespace functionmesh::view
