#include "render/component_for_tests.hpp"

namespace functionmesh::render {
namespace {

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

TEST(JavaCommand, GivesAFifthOfTheMemoryLimitToDirectMemory) {
  struct Case {
    const char* limit;
    const char* size;
  };
  for (const auto& [limit, size] : {
           Case{"1Gi", "214748364"},
           Case{"1G", "200M"},
           Case{"1.1G", "220M"},
           Case{"2000M", "400M"},
           Case{"500k", "100k"},
       }) {
    const std::string spec =
        std::string{"{resources: {limits: {memory: "} + limit + "}, requests: {memory: 1k}}}";
    EXPECT_TRUE(has(main_words(rendered(function_of(spec))),
                    std::string{"-XX:MaxDirectMemorySize="} + size))
        << limit;
  }
}

TEST(JavaCommand, ReadsJavaOptsAsShellWords) {
  const auto words = main_words(rendered(function_of(
      R"({java: {javaOpts: ['-Dq="a b"', "-Da=1  -Db='x y'", '-Dopen="x', '-Dvar=$HOME']}})")));
  EXPECT_TRUE(has(words, "-Dq=a b"));
  EXPECT_TRUE(has(words, "-Da=1"));
  EXPECT_TRUE(has(words, "-Db=x y"));
  EXPECT_TRUE(has(words, "-Dopen=\"x"));
  EXPECT_TRUE(has(words, "-Dvar=$HOME"));
}

TEST(JavaCommand, LoadsConnectorsOnlyWhereAFunctionHasSome) {
  EXPECT_FALSE(has(main_words(rendered(function_of())), "--connectors_directory"));
  EXPECT_EQ(word_after(main_words(rendered(function_of("{sinkConfig: {sinkType: kafka}}"))),
                       "--connectors_directory"),
            "/pulsar/connectors");
}

TEST(JavaCommand, TakesAnotherInstanceAndMainClass) {
  const auto words =
      main_words(rendered(function_of("{java: {instancePath: /x.jar, entryClass: org.Main}}")));
  EXPECT_TRUE(word_after(words, "-cp").starts_with("/x.jar:"));
  EXPECT_TRUE(has(words, "org.Main"));
}

}  // namespace
}  // namespace functionmesh::render
