#include "base/yaml.hpp"

#include <gtest/gtest.h>

#include <random>

namespace functionmesh::base {
namespace {

std::string json_of(std::string_view yaml) {
  const auto documents = parse_yaml(yaml, "f.yaml");
  if (!documents) {
    return documents.error();
  }
  std::string all;
  for (const YamlDocument& document : *documents) {
    all += write_json(document.value);
  }
  return all;
}

struct Case {
  const char* yaml;
  const char* read;
};

TEST(ParseYaml, TypesPlainScalarsByTheCoreSchema) {
  for (const auto& [yaml, read] : {
           Case{"[true, False, null, ~, Null]", "[true,false,null,null,null]"},
           Case{"[yes, N, on, off, y, NO]", R"(["yes","N","on","off","y","NO"])"},
           Case{"[1, -2, +3, 0o17, 0x1f, 007]", "[1,-2,3,15,31,7]"},
           Case{"[1.5, -.5, 1e3, 5., 0.05]", "[1.5,-0.5,1000,5,0.05]"},
           Case{"[9223372036854775807, 18446744073709551615]",
                "[9223372036854775807,18446744073709551615]"},
           Case{"[1_000, 1:30, 2001-01-01, 0x, 0b1, 1e, ., -, 1.2.3]",
                R"(["1_000","1:30","2001-01-01","0x","0b1","1e",".","-","1.2.3"])"},
           Case{"[\"1\", 'true', !!str 5, ! 7]", R"(["1","true","5","7"])"},
           Case{"[!!int 5, !!float 1, !!bool true, !!null '']", "[5,1,true,null]"},
           Case{"1: a\ntrue: b\n", R"({"1":"a","true":"b"})"},
           Case{"a: |\n  x\n  y\nb: >-\n  x\n  y\n", R"({"a":"x\ny\n","b":"x y"})"},
       }) {
    EXPECT_EQ(json_of(yaml), read) << yaml;
  }
  EXPECT_EQ(parse_yaml("[18446744073709551616]", "f")->at(0).value.as_array().at(0),
            Json(18446744073709551616.0));
}

TEST(ParseYaml, ReadsJson) {
  EXPECT_EQ(json_of("{\n\t\"a\": [1, {\"b\": \"x\\/\\u00e9\"}]\n}"),
            "{\"a\":[1,{\"b\":\"x/\xc3\xa9\"}]}");
  EXPECT_EQ(json_of(R"({"smile": "\ud83d\ude00"})"), "{\"smile\":\"\xf0\x9f\x98\x80\"}");
  EXPECT_EQ(json_of("{\"" + std::string(2000, 'k') + "\": 1}"),
            "{\"" + std::string(2000, 'k') + "\":1}");
}

TEST(ParseYaml, LeavesOutEmptyDocuments) {
  EXPECT_EQ(json_of("---\n---\n# nothing\n---\na: 1\n---\n"), R"({"a":1})");
  EXPECT_EQ(json_of(""), "");
}

TEST(ParseYaml, ResolvesAliasesAndMergeKeys) {
  EXPECT_EQ(json_of("a: &x {k: 1}\nb: *x\n"), R"({"a":{"k":1},"b":{"k":1}})");
  EXPECT_EQ(json_of("base: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n"),
            R"({"base":{"k":1,"l":2},"b":{"k":3,"l":2}})");
  EXPECT_EQ(json_of("a: {\"<<\": 1}"), R"({"a":{"<<":1}})");
}

TEST(ParseYaml, KnowsTheLineOfEveryMember) {
  const auto documents = parse_yaml(
      "# first\n"
      "a: 1\n"
      "---\n"
      "spec:\n"
      "  input:\n"
      "    topics:\n"
      "    - x\n"
      "    - y\n"
      "    sourceSpecs:\n"
      "      persistent://a/b/c:\n"
      "        schemaType: s\n",
      "f.yaml");
  ASSERT_TRUE(documents.has_value());
  ASSERT_EQ(documents->size(), 2);
  EXPECT_EQ(documents->at(0).line, 2);
  EXPECT_EQ(documents->at(1).line, 4);
  const auto& lines = documents->at(1).lines;
  EXPECT_EQ(lines.at("spec"), 4);
  EXPECT_EQ(lines.at("spec.input.topics"), 6);
  EXPECT_EQ(lines.at("spec.input.topics[1]"), 8);
  EXPECT_EQ(lines.at("spec.input.sourceSpecs[\"persistent://a/b/c\"].schemaType"), 11);
}

TEST(ParseYaml, SaysWhereItIsWrong) {
  for (const auto& [yaml, read] : {
           Case{"a: 1\n b: 2\n",
                "f.yaml:2: not YAML: mapping values are not allowed in this context"},
           Case{"a: [1,\nb: 2",
                "f.yaml:2: not YAML: did not find expected ',' or ']' (while parsing a flow "
                "sequence that begins on line 1)"},
           Case{"a: 1\n\nb: \xff\n", "f.yaml:3: not YAML: invalid leading UTF-8 octet"},
           Case{"a: 1\nb: 2\na: 3\n", "f.yaml:3: the key 'a' is there twice"},
           Case{"{\"a\": 1, \"a\": 2}", "f.yaml:1: the key 'a' is there twice"},
           Case{"x:\n  ? [1]\n  : 2\n",
                "f.yaml:2: a key must be a single value, not a list or a map"},
           Case{"a: &x [*x]\n", "f.yaml:1: *x refers to nothing above that is complete"},
           Case{"a: .inf\n",
                "f.yaml:1: .inf is no number that JSON can hold; put it in quotes to keep it as "
                "text"},
           Case{"a: 1e999\n",
                "f.yaml:1: the number 1e999 is too large; put it in quotes to keep it as text"},
           Case{"\na: !thing 1\n", "f.yaml:2: the tag !thing is not known here"},
           Case{"a: !!int x\n", "f.yaml:1: 'x' is no value for the tag !!int"},
       }) {
    EXPECT_EQ(json_of(yaml), read) << yaml;
  }
}

TEST(ParseYaml, RefusesWhatWouldGrowWithoutEnd) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 9; ++j) {
      bomb += ", " + last;
    }
    bomb += "]\n";
  }
  EXPECT_NE(json_of(bomb).find("aliases make more than 100000 nodes"), std::string::npos);

  std::string texts = "a: &a " + std::string(100'000, 'x') + "\nb: [";
  for (int i = 0; i < 1000; ++i) {
    texts += "*a, ";
  }
  EXPECT_NE(json_of(texts + "]").find("aliases make more than"), std::string::npos);

  EXPECT_NE(json_of(std::string(101, '[') + std::string(101, ']')).find("levels of nesting"),
            std::string::npos);
  EXPECT_EQ(json_of(std::string(100, '[') + std::string(100, ']')).find("levels"),
            std::string::npos);
}

TEST(WriteYaml, IsBlockStyleLikeKubectl) {
  const Json value{
      {"apiVersion", "v1"},
      {"spec",
       {{"list", {1, "a", JsonObject{{"k", 1}, {"l", JsonArray{}}}, JsonArray{1, 2}}},
        {"empty", JsonObject{}},
        {"script", "set -e\necho hi\n"}}},
  };
  EXPECT_EQ(write_yaml(value),
            "apiVersion: v1\n"
            "spec:\n"
            "  list:\n"
            "  - 1\n"
            "  - a\n"
            "  - k: 1\n"
            "    l: []\n"
            "  - - 1\n"
            "    - 2\n"
            "  empty: {}\n"
            "  script: |\n"
            "    set -e\n"
            "    echo hi\n");
}

TEST(WriteYaml, QuotesWhatCouldBeMisread) {
  for (const char* text :
       {"",    "yes",      "No",     "on",   "OFF",        "y",   "N",   "true", "null",
        "~",   "1",        "1.5",    "1e3",  "0x1f",       "0o7", "012", "1_0",  "12:30",
        "-",   "- a",      "a: b",   "a #b", "2001-01-01", "a:",  " a",  "a ",   "*a",
        "&a",  "!a",       "%a",     "@a",   "`a",         "[a",  "{a",  "|",    ">",
        "'a'", "\"a\"",    "---",    "...",  "a\tb",       "<<",  "=",   ".inf", ".NaN",
        "+1",  "\xc2\x85", "a\r\nb", "?",    "? a",        ",",   "#a"}) {
    const std::string written = write_yaml(Json{{"k", text}});
    EXPECT_TRUE(written.starts_with("k: \"")) << written;
    EXPECT_EQ(json_of(written), write_json(Json{{"k", text}})) << written;
  }
  for (const char* text : {"a", "persistent://public/default/in", "500m", "1Gi", "a b",
                           "com.acme.Fn", "/pulsar/bin", "a-b_c", "python:3.11", "v1"}) {
    EXPECT_EQ(write_yaml(Json{{"k", text}}), "k: " + std::string{text} + "\n");
  }
}

// Random values with the texts and shapes that break writers.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  Json value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(engine_()) - 2'000'000'000;
      case 3:
        return static_cast<double>(static_cast<std::int64_t>(engine_())) / 1024;
      case 6: {
        JsonArray array;
        for (std::size_t i = below(4); i > 0; --i) {
          array.push_back(value(depth - 1));
        }
        return array;
      }
      case 7: {
        JsonObject object;
        for (std::size_t i = below(4); i > 0; --i) {
          object[text()] = value(depth - 1);
        }
        return object;
      }
      default:
        return Json(text());
    }
  }

 private:
  std::size_t below(std::size_t end) { return engine_() % end; }

  std::string text() {
    static constexpr std::string_view kParts[]{"a",
                                               "Z",
                                               "0",
                                               "9",
                                               " ",
                                               "  ",
                                               "\n",
                                               "\n\n",
                                               "\t",
                                               "\r",
                                               "-",
                                               ":",
                                               ": ",
                                               " #",
                                               "'",
                                               "\"",
                                               "\\",
                                               "{",
                                               "}",
                                               "[",
                                               "]",
                                               ",",
                                               "&",
                                               "*",
                                               "!",
                                               "|",
                                               ">",
                                               "%",
                                               "@",
                                               "`",
                                               "~",
                                               "yes",
                                               "null",
                                               "1e5",
                                               "0x1",
                                               "<<",
                                               "=",
                                               "?",
                                               "- ",
                                               ".",
                                               "\x01",
                                               "\x7f",
                                               "\xc3\xa9",
                                               "\xc2\x85",
                                               "\xe2\x80\xa8",
                                               "\xef\xbb\xbf",
                                               "\xf0\x9f\x98\x80",
                                               "---",
                                               "..."};
    std::string text;
    for (std::size_t i = below(7); i > 0; --i) {
      text += kParts[below(std::size(kParts))];
    }
    return text;
  }

  std::mt19937 engine_;
};

TEST(WriteYaml, IsReadBackAsTheSameValue) {
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    const Json value{{"value", Random{seed}.value(4)}};
    const std::string written = write_yaml(value);
    const auto read = parse_yaml(written, "f");
    ASSERT_TRUE(read.has_value()) << seed << ": " << read.error() << "\n" << written;
    ASSERT_EQ(read->size(), 1) << seed << "\n" << written;
    ASSERT_TRUE(equal(read->at(0).value, value)) << seed << "\n"
                                                 << written << write_json(value) << "\n"
                                                 << write_json(read->at(0).value);
  }
}

TEST(WriteYaml, TakesLongKeys) {
  const Json value{{std::string(3000, 'k'), {{"a", JsonArray{1}}}}};
  const auto read = parse_yaml(write_yaml(value), "f");
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_TRUE(equal(read->at(0).value, value));
}

}  // namespace
}  // namespace functionmesh::base
