#include "base/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace functionmesh::base {
namespace {

Json json(std::string_view text) {
  const auto parsed = parse_json(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << parsed.error();
  return parsed.value_or(Json{});
}

TEST(ParseJson, SaysWhereItIsWrong) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "1 2", "nul", "-", "1.", "1e", "[1.5e]",
                           "\"\xff\"", "{'a': 1}"}) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_TRUE(parsed.error().starts_with("not JSON at byte ")) << parsed.error();
  }
}

TEST(ParseJson, PassesOverBlanks) {
  EXPECT_EQ(write_json(json(" \r\n\t{ \"a\" : [ 1 , 2.5 ] }\n ")), R"({"a":[1,2.5]})");
  EXPECT_EQ(write_json(json("2.5\n")), "2.5");
}

TEST(ParseJson, RefusesWhatIsNestedTooDeep) {
  EXPECT_TRUE(parse_json(std::string(100, '[') + std::string(100, ']')).has_value());
  EXPECT_FALSE(parse_json(std::string(101, '[') + std::string(101, ']')).has_value());
}

TEST(WriteJson, KeepsWhatItRead) {
  for (const char* text : {
           R"({"b":1,"a":[true,null,"x"]})",
           R"([0.05,1.25,0.001,-3,9223372036854775807,18446744073709551615])",
           R"(["<x>&amp;","it's","say \"hi\"","back\\slash","a\nb\t\u0001"])",
           "[\"\xe6\x97\xa5\xe6\x9c\xac\"]",
           "{}",
           "[]",
       }) {
    EXPECT_EQ(write_json(json(text)), text);
  }
}

TEST(WriteJson, KeepsEveryDigitOfANumber) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (std::isfinite(number)) {
      const std::string text = write_json(Json(number));
      EXPECT_EQ(json(text).to_number<double>(), number) << text;
    }
  }
  EXPECT_EQ(write_json(json("[1045805.7318088465, 1e-400]")), "[1045805.7318088465,0]");
  EXPECT_FALSE(parse_json("1e400").has_value());
}

TEST(WriteJson, IndentsByTwoBlanks) {
  EXPECT_EQ(write_json(json(R"({"a":[1,{"b":{}}],"c":[]})"), Layout::indented),
            "{\n"
            "  \"a\": [\n"
            "    1,\n"
            "    {\n"
            "      \"b\": {}\n"
            "    }\n"
            "  ],\n"
            "  \"c\": []\n"
            "}");
}

TEST(Equal, ComparesByMeaning) {
  struct Case {
    const char* a;
    const char* b;
    bool equal;
  };
  for (const auto& [a, b, same] : {
           Case{"1", "1.0", true},
           Case{"-1", "18446744073709551615", false},
           Case{"18446744073709551615", "18446744073709551615", true},
           Case{"0.1", "0.10000000000000001", true},
           Case{"1", "\"1\"", false},
           Case{"null", "false", false},
           Case{R"({"a":1,"b":[2]})", R"({"b":[2],"a":1})", true},
           Case{R"({"a":1})", R"({"a":1,"b":2})", false},
           Case{"[1,2]", "[2,1]", false},
       }) {
    EXPECT_EQ(equal(json(a), json(b)), same) << a << " " << b;
    EXPECT_EQ(equal(json(b), json(a)), same) << a << " " << b;
  }
}

TEST(Contains, LooksAtWantedMembersOnly) {
  const Json actual = json(R"({"a":{"b":1,"c":[1,2]},"d":null})");
  for (const char* wanted : {"{}", R"({"a":{}})", R"({"a":{"b":1}})", R"({"a":{"c":[1,2]}})"}) {
    EXPECT_TRUE(contains(actual, json(wanted))) << wanted;
  }
  for (const char* wanted : {R"({"a":{"b":2}})", R"({"a":{"c":[1]}})", R"({"x":null})", "[]"}) {
    EXPECT_FALSE(contains(actual, json(wanted))) << wanted;
  }
}

TEST(Find, FollowsAPathOrGivesTheFallback) {
  Json value = json(R"({"spec":{"name":"x","n":3,"f":1.5,"list":[1]}})");
  EXPECT_EQ(find(value, {"spec", "n"})->to_number<int>(), 3);
  EXPECT_EQ(find(value, {"spec", "list", "0"}), nullptr);
  EXPECT_EQ(find(value, {"status", "n"}), nullptr);
  EXPECT_EQ(text_at(value, {"spec", "name"}), "x");
  EXPECT_EQ(text_at(value, {"spec", "n"}, "none"), "none");
  EXPECT_EQ(number_at(value, {"spec", "n"}), 3);
  EXPECT_EQ(number_at(value, {"spec", "f"}, -1), -1);
  EXPECT_EQ(number_at(value, {"spec", "name"}, -1), -1);
}

TEST(AppendStep, WritesPathsAsMessagesDo) {
  std::string path;
  append_step(path, "spec");
  append_step(path, "topics");
  append_step(path, std::size_t{2});
  append_step(path, "persistent://a/b \"c\"");
  append_step(path, "");
  append_step(path, "x-y_z1");
  EXPECT_EQ(path, R"(spec.topics[2]["persistent://a/b \"c\""][""].x-y_z1)");
}

// The examples of RFC 7396, appendix A.
TEST(MergePatch, ChangesAsTheRfcSays) {
  struct Case {
    const char* original;
    const char* patch;
    const char* result;
  };
  for (const auto& [original, patch, result] : {
           Case{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
           Case{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
           Case{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
           Case{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
           Case{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
           Case{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
           Case{R"({"a":"foo"})", "null", "null"},
           Case{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
           Case{"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
           Case{"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
       }) {
    Json target = json(original);
    merge_patch(target, json(patch));
    EXPECT_EQ(write_json(target), result) << original << " " << patch;
  }
}

}  // namespace
}  // namespace functionmesh::base
