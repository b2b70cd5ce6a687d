#include "operator/failure_log.hpp"

#include <gtest/gtest.h>

#include "base/log.hpp"

namespace functionmesh::process {
namespace {

using namespace std::chrono_literals;

class FailureLogTest : public testing::Test {
 protected:
  FailureLogTest() {
    base::set_up_log({.sink = [this](std::string_view line) { lines_.emplace_back(line); }});
  }
  ~FailureLogTest() override { base::set_up_log({}); }

  void fail(base::Error::Code code = base::Error::Code::unavailable) {
    const base::Error error{code, "no answer"};
    log_.add({.key = {"Function", "a", "f"}, .id = 7, .error = &error}, clock_.now());
  }

  std::vector<std::string> lines_;
  base::ManualClock clock_;
  FailureLog log_;
};

TEST_F(FailureLogTest, NamesObjectReconcileAndReason) {
  fail();
  ASSERT_EQ(lines_.size(), 1U);
  for (const char* part : {"WARN", "object=Function/a/f", "reconcile=7", "error=\"no answer\""}) {
    EXPECT_NE(lines_[0].find(part), std::string::npos) << lines_[0];
  }
}

TEST_F(FailureLogTest, ManyAreSummedUp) {
  for (int i = 0; i < 1000; ++i) {
    fail();
  }
  EXPECT_EQ(lines_.size(), 20U);
  clock_.advance(10s);
  log_.summarize(clock_.now());
  ASSERT_EQ(lines_.size(), 21U);
  EXPECT_NE(lines_[20].find("more reconciles failed count=980"), std::string::npos) << lines_[20];
  fail();
  EXPECT_EQ(lines_.size(), 22U);
}

TEST_F(FailureLogTest, AConflictIsNothingToWorryAbout) {
  fail(base::Error::Code::conflict);
  EXPECT_TRUE(lines_.empty());
}

}  // namespace
}  // namespace functionmesh::process
