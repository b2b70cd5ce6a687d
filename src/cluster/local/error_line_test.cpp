#include "cluster/local/error_line.hpp"

#include <gtest/gtest.h>

namespace functionmesh::local {
namespace {

TEST(ErrorLine, PicksWhatSaysWhyAProgramEnded) {
  struct {
    std::string output;
    std::string line;
  } const cases[] = {
      {"", ""},
      {"starting\nready\n\n", "ready"},
      {"Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n"
       "    import foo\nModuleNotFoundError: No module named 'foo'\nclosing\n",
       "ModuleNotFoundError: No module named 'foo'"},
      {"Exception in thread \"main\" java.lang.RuntimeException: no\n\tat a.b(C.java:1)\n"
       "Caused by: java.lang.ClassNotFoundException: org.example.F\n\tat d.e(F.java:2)\n"
       "\t... 5 more\nclosing\n",
       "java.lang.ClassNotFoundException: org.example.F"},
      {"Exception in thread \"main\" java.lang.IllegalStateException\n\tat x\n",
       "java.lang.IllegalStateException"},
      {"bash: line 1: java: command not found\n", "bash: line 1: java: command not found"},
      {"2026 [main] ERROR a.B - it broke\nbye\n", "2026 [main] ERROR a.B - it broke"},
      {"panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n",
       "panic: runtime error: index out of range"},
      {"pulsar.ConnectError: Pulsar error: ConnectError\n",
       "pulsar.ConnectError: Pulsar error: ConnectError"},
      {std::string(1000, 'x'), std::string(300, 'x')},
  };
  for (const auto& [output, line] : cases) {
    EXPECT_EQ(error_line(output), line) << output;
  }
}

TEST(ErrorLine, TailKeepsTheLastPart) {
  Tail tail;
  for (int i = 0; i < 10000; ++i) {
    tail.add("a line of output\n");
  }
  tail.add("the end");
  EXPECT_LT(tail.text().size(), 70000U);
  EXPECT_TRUE(tail.text().ends_with("\nthe end"));
}

}  // namespace
}  // namespace functionmesh::local
