#include "base/log.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/json.hpp"

namespace functionmesh::base {
namespace {

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { set_up_log({}); }

  void set_up(LogFormat format, Level least = Level::info, bool colour = false) {
    set_up_log({.least = least, .format = format, .colour = colour, .sink = [this](auto line) {
                  lines_.emplace_back(line);
                }});
  }

  /// The only line, without the time.
  std::string line_after_time() const {
    return lines_.size() == 1 ? lines_[0].substr(lines_[0].find("Z ") + 2) : "not one line";
  }

  std::vector<std::string> lines_;
};

TEST_F(LogTest, TextHasLevelMessageAndFields) {
  set_up(LogFormat::text);
  log(Level::warning, "watch ended", {{"kind", "Pod"}, {"after", 12}, {"again", true}});
  EXPECT_EQ(line_after_time(), "WARN  watch ended kind=Pod after=12 again=true\n");
}

TEST_F(LogTest, TextQuotesWhatIsNoPlainWord) {
  set_up(LogFormat::text);
  log(Level::info, "x", {{"a", "b c"}, {"empty", ""}, {"equals", "a=b"}, {"half", 0.5}});
  EXPECT_EQ(line_after_time(), "INFO  x a=\"b c\" empty=\"\" equals=\"a=b\" half=0.5\n");
}

TEST_F(LogTest, NothingLoggedCanBeginAnotherLineOrDriveATerminal) {
  set_up(LogFormat::text);
  log(Level::error, "a\nb", {{"name", "x\n\x1b[2J\r"}});
  EXPECT_EQ(line_after_time(), "ERROR a\\nb name=\"x\\n\\u001b[2J\\u000d\"\n");
}

TEST_F(LogTest, JsonIsOneObjectALine) {
  set_up(LogFormat::json);
  log(Level::info, "said \"hi\"", {{"n", -3}, {"ok", false}, {"text", "a\tb\\"}});
  ASSERT_EQ(lines_.size(), 1U);
  const auto json = parse_json(lines_[0]);
  ASSERT_TRUE(json) << lines_[0];
  EXPECT_EQ(text_at(*json, {"message"}), "said \"hi\"");
  EXPECT_EQ(text_at(*json, {"level"}), "info");
  EXPECT_EQ(text_at(*json, {"text"}), "a\tb\\");
  EXPECT_EQ(number_at(*json, {"n"}), -3);
  EXPECT_FALSE(find(*json, {"ok"})->get_bool());
}

TEST_F(LogTest, JsonStaysJsonWithBytesThatAreNoText) {
  set_up(LogFormat::json);
  log(Level::info, "\xff\xfe",
      {{"cut", "\xe2\x82"},
       {"fine", "\xe2\x82\xac"},
       {"nan", std::numeric_limits<double>::quiet_NaN()}});
  const auto json = parse_json(lines_.at(0));
  ASSERT_TRUE(json) << lines_[0];
  EXPECT_EQ(text_at(*json, {"fine"}), "\xe2\x82\xac");
  EXPECT_EQ(text_at(*json, {"message"}), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheLeastLevel) {
  set_up(LogFormat::text, Level::warning);
  log(Level::debug, "a");
  log(Level::info, "b");
  EXPECT_TRUE(lines_.empty());
  EXPECT_FALSE(is_logged(Level::info));
  EXPECT_TRUE(is_logged(Level::error));
}

TEST_F(LogTest, ColoursOnlyWhenAsked) {
  set_up(LogFormat::text, Level::info, true);
  log(Level::error, "x", {{"a", 1}});
  EXPECT_NE(lines_.at(0).find('\x1b'), std::string::npos);
}

TEST(LogLevel, IsReadByName) {
  EXPECT_EQ(level_of("WARN"), Level::warning);
  EXPECT_EQ(level_of("debug"), Level::debug);
  EXPECT_EQ(level_of("loud"), std::nullopt);
}

}  // namespace
}  // namespace functionmesh::base
