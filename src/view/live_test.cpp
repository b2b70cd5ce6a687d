#include "view/live.hpp"

#include <gtest/gtest.h>

#include "view/screen.hpp"
#include "view/text.hpp"

namespace functionmesh::view {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Row ready(const std::string& name) {
  Row row;
  row.kind = "Function";
  row.namespace_ = "default";
  row.name = name;
  row.state = "Ready";
  row.ready = 1;
  row.wanted = 1;
  row.rate_in = 1234;
  row.rate_out = 0.5;
  row.errors = 0;
  row.backlog = 12;
  row.age = minutes(5);
  return row;
}

Row broken(const std::string& name) {
  Row row = ready(name);
  row.state = "CrashLoopBackOff";
  row.reason = "exited with 1: ModuleNotFoundError: No module named 'orders'";
  row.ready = 0;
  row.errors = 3;
  row.restarts = 4;
  return row;
}

std::vector<std::string> lines(const std::string& frame) {
  std::vector<std::string> result(1);
  for (const char c : frame) {
    if (c == '\n') {
      result.emplace_back();
    } else {
      result.back().push_back(c);
    }
  }
  return result;
}

TEST(LiveTable, ShowsWhatRunsAndWhatIsWrong) {
  Row source = ready("numbers");
  source.kind = "Source";
  source.rate_in = std::nullopt;
  const std::string frame =
      table({source, broken("enrich")},
            {"functionmesh dev", "pulsar://127.0.0.1:6650", "Ctrl-C ends"}, {150, 24}, false);
  EXPECT_EQ(frame, R"(functionmesh dev   1 of 2 ready   pulsar://127.0.0.1:6650

COMPONENT         STATE              READY       IN     OUT   ERRORS   BACKLOG   RESTARTS   AGE   REASON
source/numbers    Ready                1/1        -   0.5/s        0        12          0    5m
function/enrich   CrashLoopBackOff     0/1   1.2k/s   0.5/s        3        12          4    5m   exited with 1: ModuleNotFoundError: No module named…

Ctrl-C ends)");
}

TEST(LiveTable, NamesTheNamespaceWhereThereAreSeveral) {
  Row other = ready("enrich");
  other.namespace_ = "shop";
  const std::string frame = table({ready("enrich"), other}, {}, {120, 24}, false);
  EXPECT_TRUE(frame.contains("function/default/enrich"));
  EXPECT_TRUE(frame.contains("function/shop/enrich"));
}

TEST(LiveTable, FitsIntoAnyTerminal) {
  std::vector<Row> rows = {ready("世界-function"), broken("enrich")};
  for (int i = 0; i < 30; ++i) {
    rows.push_back(i % 7 == 0 ? broken("f" + std::to_string(i)) : ready("f" + std::to_string(i)));
  }
  for (int width = 1; width < 160; width += 3) {
    for (const int height : {1, 2, 3, 5, 8, 24, 60}) {
      const std::string frame =
          table(rows, {"functionmesh dev", "pulsar", "Ctrl-C ends"}, {width, height}, false);
      const std::vector<std::string> all = lines(frame);
      EXPECT_LE(all.size(), static_cast<std::size_t>(height));
      for (const std::string& line : all) {
        EXPECT_LE(columns(line), width) << line;
      }
    }
  }
}

TEST(LiveTable, KeepsStateAndReasonWhereThereIsLittleRoom) {
  const std::string frame = table({broken("enrich")}, {}, {80, 24}, false);
  EXPECT_TRUE(frame.contains("CrashLoopBackOff"));
  EXPECT_TRUE(frame.contains("0/1"));
  EXPECT_TRUE(frame.contains("exited with 1"));
  EXPECT_FALSE(frame.contains("AGE"));
}

TEST(LiveTable, LeavesOutHealthyRowsFirst) {
  std::vector<Row> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back(ready("f" + std::to_string(i)));
  }
  rows.push_back(broken("last"));
  const std::string frame = table(rows, {}, {120, 10}, false);
  EXPECT_TRUE(frame.contains("function/last"));
  EXPECT_TRUE(frame.contains("function/f0 "));
  EXPECT_TRUE(frame.contains("… and 15 more, all ready")) << frame;

  for (Row& row : rows) {
    row = broken(row.name);
  }
  EXPECT_TRUE(table(rows, {}, {120, 10}, false).contains("15 more, 15 of them not ready"));
}

TEST(LiveTable, CountsWhatWasStoppedOnPurposeAsInOrder) {
  Row stopped = ready("enrich");
  stopped.state = "Stopped";
  stopped.ready = 0;
  stopped.wanted = 0;
  EXPECT_TRUE(table({stopped}, {}, {80, 24}, false).contains("1 of 1 ready"));
}

TEST(LiveTable, SaysThatNothingRuns) {
  EXPECT_TRUE(table({}, {"functionmesh dev", "", ""}, {80, 24}, true).contains("nothing runs"));
}

TEST(LiveTable, ColoursOnlyWhenAsked) {
  const std::vector<Row> rows = {ready("a"), broken("b")};
  EXPECT_FALSE(table(rows, {"t", "d", "h"}, {120, 24}, false).contains('\x1b'));
  const std::string coloured = table(rows, {"t", "d", "h"}, {120, 24}, true);
  EXPECT_TRUE(coloured.contains("\x1b[32mReady\x1b[0m"));
  EXPECT_TRUE(coloured.contains("\x1b[31mCrashLoopBackOff\x1b[0m"));
}

TEST(LiveTable, DoesNotPassOnControlCharacters) {
  Row row = broken("enrich");
  row.reason = "evil\x1b[2J\nline";
  row.name = "a\tb";
  const std::string frame = table({row}, {"t\x1b[2J", "", ""}, {120, 24}, false);
  EXPECT_FALSE(frame.contains('\x1b'));
  EXPECT_EQ(lines(frame).size(), 4U);
}

TEST(LiveTable, PaintsStatesByWhatTheyAskFor) {
  struct Case {
    const char* state;
    Paint paint;
  };
  for (const auto& [state, paint] : {
           Case{"Ready", Paint::good},
           Case{"Running", Paint::good},
           Case{"Pending", Paint::warning},
           Case{"Progressing", Paint::warning},
           Case{"NotReady", Paint::warning},
           Case{"CrashLoopBackOff", Paint::bad},
           Case{"ImagePullBackOff", Paint::bad},
           Case{"Error", Paint::bad},
           Case{"Failed", Paint::bad},
           Case{"Degraded", Paint::bad},
           Case{"FunctionFileMissing", Paint::bad},
           Case{"OOMKilled", Paint::bad},
           Case{"Stopped", Paint::dim},
           Case{"Terminating", Paint::dim},
           Case{"", Paint::dim},
       }) {
    EXPECT_EQ(paint_of(state), paint) << state;
  }
}

constexpr std::chrono::local_seconds kTime{hours(12) + minutes(3) + seconds(4)};

TEST(LiveLines, TellOfChanges) {
  Row pending = ready("enrich");
  pending.state = "Pending";
  pending.ready = 0;
  EXPECT_EQ(line_if_changed(nullptr, &pending, kTime),
            "12:03:04 function/default/enrich  Pending 0/1");
  const Row well = ready("enrich");
  EXPECT_EQ(line_if_changed(&pending, &well, kTime), "12:03:04 function/default/enrich  Ready 1/1");
  const Row bad = broken("enrich");
  EXPECT_EQ(line_if_changed(&well, &bad, kTime),
            "12:03:04 function/default/enrich  CrashLoopBackOff 0/1 (restart 4): exited with 1: "
            "ModuleNotFoundError: No module named 'orders'");
  EXPECT_EQ(line_if_changed(&bad, nullptr, kTime), "12:03:04 function/default/enrich  gone");
}

TEST(LiveLines, TellOfARestartThatChangedNothingElse) {
  const Row before = ready("enrich");
  Row after = before;
  after.restarts = 1;
  EXPECT_EQ(line_if_changed(&before, &after, kTime),
            "12:03:04 function/default/enrich  Ready 1/1 (restart 1)");
}

TEST(LiveLines, AreSilentAboutWhatAlwaysChanges) {
  const Row before = ready("enrich");
  Row after = before;
  after.rate_in = 7;
  after.rate_out = std::nullopt;
  after.errors = 99;
  after.backlog = 1;
  after.age = hours(5);
  EXPECT_EQ(line_if_changed(&before, &after, kTime), std::nullopt);
  EXPECT_EQ(line_if_changed(nullptr, nullptr, kTime), std::nullopt);
}

TEST(Screen, DrawsOverTheFrameBefore) {
  EXPECT_EQ(screen::draw("one\ntwo"), "\x1b[?2026h\x1b[Hone\x1b[K\r\ntwo\x1b[K\x1b[J\x1b[?2026l");
}

TEST(Screen, RestoresWhatItChanged) {
  for (const std::string_view mode : {"?1049", "?25", "?7"}) {
    EXPECT_TRUE(screen::kBegin.contains(mode));
    EXPECT_TRUE(screen::kEnd.contains(mode));
  }
  EXPECT_TRUE(screen::kEnd.contains("\x1b[?25h"));
}

TEST(RowOf, TakesStateAndReasonFromStatusAndPods) {
  const base::Json object = base::parse_json(R"({
    "kind": "Function", "metadata": {"name": "enrich", "creationTimestamp": "2026-01-31T12:00:00Z"},
    "spec": {"replicas": 2},
    "status": {"phase": "Degraded", "readyReplicas": 1, "conditions": {"StatefulSet":
      {"status": "False", "reason": "CrashLoopBackOff", "message": "enrich-function-1: exited with 1"}}}
  })")
                                .value();
  const base::Json pod =
      base::parse_json(
          R"({"status": {"containerStatuses": [{"restartCount": 3}, {"restartCount": 1}]}})")
          .value();
  const base::TimePoint now = std::chrono::sys_days{std::chrono::year(2026) / 1 / 31} + hours(13);
  const Row row = row_of(object, {pod, pod}, now);
  EXPECT_EQ(id_of(row), "function/default/enrich");
  EXPECT_EQ(row.state, "CrashLoopBackOff");
  EXPECT_EQ(row.reason, "enrich-function-1: exited with 1");
  EXPECT_EQ(row.ready, 1);
  EXPECT_EQ(row.wanted, 2);
  EXPECT_EQ(row.restarts, 8);
  EXPECT_EQ(row.age, hours(1));
  EXPECT_EQ(row.rate_in, std::nullopt);
}

TEST(RowOf, TakesAnything) {
  for (const char* text : {"null", "[]", "{}", R"({"kind": 1, "metadata": [], "status": "x"})",
                           R"({"kind": "Function", "status": {"conditions": [1, null, {}],
                               "phase": 7}, "spec": {"replicas": "x"}})"}) {
    const base::Json object = base::parse_json(text).value();
    EXPECT_FALSE(row_of(object, {object}, {}).state.empty());
  }
}

}  // namespace
}  // namespace functionmesh::view
