#include "cluster/local/log_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cluster/local/loop_for_tests.hpp"

namespace functionmesh::local {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(LogFile, GoesOnWhereAnEarlierProgramStopped) {
  const TestFolder folder;
  LogFile(folder / "a/b/x.log").write("one\n");
  LogFile(folder / "a/b/x.log").write("two\n");
  EXPECT_EQ(content(folder / "a/b/x.log"), "one\ntwo\n");
}

TEST(LogFile, KeepsThreeOlderFiles) {
  const TestFolder folder;
  LogFile log(folder / "x.log", 10);
  for (const auto* line : {"11111111\n", "22222222\n", "33333333\n", "44444444\n", "55555555\n"}) {
    log.write(line);
  }
  EXPECT_EQ(content(folder / "x.log"), "55555555\n");
  EXPECT_EQ(content(folder / "x.log.1"), "44444444\n");
  EXPECT_EQ(content(folder / "x.log.3"), "22222222\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "x.log.4"));
}

TEST(LogFile, DropsOutputWhenTheDiskIsFullAndSaysSo) {
  LogFile log("/dev/full");
  log.write("lost\n");
  EXPECT_EQ(log.problem(), "/dev/full: No space left on device");
}

TEST(LogFile, WritesAgainWhenTheObstacleIsGone) {
  const TestFolder folder;
  std::ofstream(folder / "in-the-way") << "x";
  LogFile log(folder / "in-the-way" / "x.log");
  log.write("lost\n");
  EXPECT_NE(log.problem(), "");
  std::filesystem::remove(folder / "in-the-way");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  while (!log.problem().empty() && std::chrono::steady_clock::now() < end) {
    log.write("kept\n");
  }
  EXPECT_EQ(content(folder / "in-the-way" / "x.log"), "kept\n");
}

}  // namespace
}  // namespace functionmesh::local
