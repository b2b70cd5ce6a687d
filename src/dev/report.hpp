#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "dev/traffic.hpp"
#include "view/live.hpp"

namespace functionmesh::dev {

/// How `dev` shows what goes on: a table that is redrawn in place on a terminal, or a line for each
/// thing that happens. Writes to stdout, and what is said to a log file too, for later.
class Report {
 public:
  Report(bool table, bool colour, const base::Clock& clock, const std::filesystem::path& log);
  ~Report();
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  /// Something that happened. The table shows the last one.
  void say(const std::string& line);

  /// What stands in the table's first line: where Pulsar is.
  void set_detail(std::string detail) { detail_ = std::move(detail); }

  /// The components as they are now, with what went through them.
  void show(const std::vector<view::Row>& rows);

  /// Gives the terminal back; from here on say() prints lines.
  void end();

 private:
  void draw(const std::vector<view::Row>& rows);
  void print_changes(const std::vector<view::Row>& rows);
  void print_flows(const std::vector<view::Row>& rows);

  bool table_;
  bool colour_;
  const base::Clock& clock_;
  std::ofstream log_;
  std::string detail_;
  std::string last_said_;
  std::map<std::string, view::Row> shown_;
  base::TimePoint flows_printed_{};
};

}  // namespace functionmesh::dev
