#include "dev/report.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <set>

#include "view/human.hpp"
#include "view/screen.hpp"

namespace functionmesh::dev {
namespace {

using namespace std::chrono_literals;

constexpr auto kFlowsEvery = 10s;  // how often a pipe is told what flows

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::chrono::local_seconds local_time(base::TimePoint time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return std::chrono::local_seconds{std::chrono::seconds{seconds + parts.tm_gmtoff}};
}

std::string time_of_day(base::TimePoint time) {
  const auto since_midnight = local_time(time).time_since_epoch() % 24h;
  char text[16];
  std::snprintf(text, sizeof(text), "%02d:%02d:%02d", static_cast<int>(since_midnight / 1h),
                static_cast<int>(since_midnight % 1h / 1min),
                static_cast<int>(since_midnight % 1min / 1s));
  return text;
}

view::Size terminal_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return {};
  }
  return {.width = size.ws_col, .height = size.ws_row};
}

}  // namespace

Report::Report(bool table, bool colour, const base::Clock& clock, const std::filesystem::path& log)
    : table_(table), colour_(colour), clock_(clock), log_(log, std::ios::app) {
  if (table_) {
    write(view::screen::kBegin);
  }
}

Report::~Report() {
  end();
}

void Report::end() {
  if (table_) {
    write(view::screen::kEnd);
    table_ = false;
  }
}

void Report::say(const std::string& line) {
  last_said_ = line;
  log_ << base::rfc3339(clock_.now()) << " " << line << std::endl;  // a full disk loses it: fine
  if (!table_) {
    write(time_of_day(clock_.now()) + " " + line + "\n");
  }
}

void Report::show(const std::vector<view::Row>& rows) {
  if (table_) {
    draw(rows);
  } else {
    print_changes(rows);
    print_flows(rows);
  }
}

void Report::draw(const std::vector<view::Row>& rows) {
  const view::Header header{
      .title = "functionmesh dev", .detail = detail_, .hint = last_said_ + "   (Ctrl-C ends)"};
  write(view::screen::draw(view::table(rows, header, terminal_size(), colour_)));
}

void Report::print_changes(const std::vector<view::Row>& rows) {
  const std::chrono::local_seconds now = local_time(clock_.now());
  std::set<std::string> present;
  for (const view::Row& row : rows) {
    const std::string id = view::id_of(row);
    present.insert(id);
    const auto before = shown_.find(id);
    if (const auto line =
            view::line_if_changed(before == shown_.end() ? nullptr : &before->second, &row, now)) {
      write(*line + "\n");
    }
    shown_.insert_or_assign(id, row);
  }
  for (auto at = shown_.begin(); at != shown_.end();) {
    if (present.contains(at->first)) {
      ++at;
      continue;
    }
    if (const auto line = view::line_if_changed(&at->second, nullptr, now)) {
      write(*line + "\n");
    }
    at = shown_.erase(at);
  }
}

void Report::print_flows(const std::vector<view::Row>& rows) {
  const base::TimePoint now = clock_.now();
  if (now - flows_printed_ < kFlowsEvery) {
    return;
  }
  flows_printed_ = now;
  for (const view::Row& row : rows) {
    if (row.rate_in.value_or(0) <= 0 && row.rate_out.value_or(0) <= 0) {
      continue;
    }
    std::string line = view::id_of(row) + "  in " + view::human_rate(row.rate_in) + ", out " +
                       view::human_rate(row.rate_out);
    if (row.backlog) {
      line += ", backlog " + view::human_count(*row.backlog);
    }
    if (row.errors.value_or(0) > 0) {
      line += ", errors " + view::human_count(*row.errors);
    }
    write(time_of_day(now) + " " + line + "\n");
  }
}

}  // namespace functionmesh::dev
