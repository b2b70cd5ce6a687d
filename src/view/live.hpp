#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "view/grid.hpp"

/// What `functionmesh dev` shows while it runs.
namespace functionmesh::view {

/// One component as it is now.
struct Row {
  std::string kind;  ///< "Function", "Source", "Sink"
  std::string namespace_;
  std::string name;
  std::string state;   ///< one word: "Ready", "Starting", "CrashLoopBackOff", ...
  std::string reason;  ///< why it is not ready, in words; empty when there is nothing to say
  int ready = 0;
  int wanted = 0;
  std::optional<double> rate_in;  ///< messages a second; nullopt: not known
  std::optional<double> rate_out;
  std::optional<std::int64_t> errors;   ///< since the instances started
  std::optional<std::int64_t> backlog;  ///< messages waiting for it
  int restarts = 0;
  std::chrono::seconds age{0};
};

/// A Row of a Function, Source or Sink as it is stored, and its pods; rates, errors and backlog are
/// left open. Malformed parts count as absent.
Row row_of(const base::Json& object, const std::vector<base::Json>& pods, base::TimePoint now);

/// "function/default/enrich"
std::string id_of(const Row& row);

/// A line each with all that is known.
Grid grid_of(const std::vector<Row>& rows);

/// What colour a state has: good when all is well, bad when somebody has to do something.
Paint paint_of(const std::string& state);

struct Header {
  std::string title;   ///< "functionmesh dev"
  std::string detail;  ///< what else is worth a glance: the Pulsar service and how it is
  std::string hint;    ///< the last line: which keys or commands help; may be empty
};

struct Size {
  int width = 80;
  int height = 24;
};

/// One frame: lines with "\n" between them, at most as many and as wide as the terminal has.
///
/// Columns that do not fit go, the least important first; rows that do not fit go, healthy ones
/// first, and a line says how many.
std::string table(const std::vector<Row>& rows, const Header& header, Size size, bool colour);

/// "12:03:04 function/default/enrich  CrashLoopBackOff 0/1: exited with 1: no such class", for
/// output that nobody redraws: only when state, instances, reason or restarts changed.
/// `before` is nullptr for a component that is new, `after` for one that is gone; `time` is the
/// time of day as the user's clock shows it.
std::optional<std::string> line_if_changed(const Row* before, const Row* after,
                                           std::chrono::local_seconds time);

}  // namespace functionmesh::view
