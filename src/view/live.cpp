#include "view/live.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/text.hpp"
#include "view/human.hpp"
#include "view/status.hpp"
#include "view/text.hpp"

namespace functionmesh::view {
namespace {

constexpr int kRoomForReason = 24;
/// Above what is dispensable of any column.
constexpr int kAllColumns = 7;

// What nobody needs to look after; also what was stopped on purpose.
bool is_well(const Row& row) {
  const Paint paint = paint_of(row.state);
  return row.ready >= row.wanted && (paint == Paint::good || paint == Paint::dim);
}

std::string ready_text(const Row& row) {
  return std::to_string(row.ready) + "/" + std::to_string(row.wanted);
}

std::string count_text(std::optional<std::int64_t> count) {
  return count ? human_count(*count) : "-";
}

Paint ready_paint(const Row& row) {
  if (row.wanted == 0) {
    return Paint::dim;
  }
  return row.ready >= row.wanted ? Paint::good : Paint::warning;
}

/// A column of the table; those with a higher `dispensable` go first where the terminal is narrow.
struct Part {
  Column column;
  int dispensable;
  Cell (*cell)(const Row&);
};

const std::array<Part, 8> kParts = {{
    {{"STATE"}, 0, [](const Row& row) { return Cell{row.state, paint_of(row.state)}; }},
    {{"READY", true}, 0, [](const Row& row) { return Cell{ready_text(row), ready_paint(row)}; }},
    {{"IN", true}, 2, [](const Row& row) { return Cell{human_rate(row.rate_in)}; }},
    {{"OUT", true}, 3, [](const Row& row) { return Cell{human_rate(row.rate_out)}; }},
    {{"ERRORS", true},
     1,
     [](const Row& row) {
       return Cell{count_text(row.errors), row.errors.value_or(0) > 0 ? Paint::bad : Paint::plain};
     }},
    {{"BACKLOG", true}, 4, [](const Row& row) { return Cell{count_text(row.backlog)}; }},
    {{"RESTARTS", true},
     5,
     [](const Row& row) {
       return Cell{human_count(row.restarts), row.restarts > 0 ? Paint::warning : Paint::plain};
     }},
    {{"AGE", true}, 6, [](const Row& row) { return Cell{human_age(row.age)}; }},
}};

Grid grid_of(const std::vector<const Row*>& rows, bool with_namespace, int dispensable_below) {
  std::vector<Column> columns = {{"COMPONENT"}};
  for (const Part& part : kParts) {
    if (part.dispensable < dispensable_below) {
      columns.push_back(part.column);
    }
  }
  columns.push_back({"REASON"});
  Grid grid(columns);
  for (const Row* row : rows) {
    const std::string name = with_namespace ? row->namespace_ + "/" + row->name : row->name;
    std::vector<Cell> cells = {{base::lower(row->kind) + "/" + name, Paint::bold}};
    for (const Part& part : kParts) {
      if (part.dispensable < dispensable_below) {
        cells.push_back(part.cell(*row));
      }
    }
    cells.push_back({row->reason});
    grid.add(std::move(cells));
  }
  return grid;
}

bool several_namespaces(const std::vector<Row>& rows) {
  std::set<std::string> names;
  for (const Row& row : rows) {
    names.insert(row.namespace_);
  }
  return names.size() > 1;
}

// The rows that `room` lines hold, in their order; when not all do, one line is kept to say so.
std::vector<const Row*> rows_that_fit(const std::vector<Row>& rows, int room) {
  std::vector<const Row*> shown;
  for (const Row& row : rows) {
    shown.push_back(&row);
  }
  if (static_cast<int>(shown.size()) <= room) {
    return shown;
  }
  const auto wanted = static_cast<std::size_t>(std::max(room - 1, 0));
  for (std::size_t i = shown.size(); i-- > 0 && shown.size() > wanted;) {
    if (is_well(*shown[i])) {
      shown.erase(shown.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  shown.resize(std::min(shown.size(), wanted));
  return shown;
}

std::string rest_line(const std::vector<Row>& rows, const std::vector<const Row*>& shown) {
  const auto not_well = [](const Row& row) { return !is_well(row); };
  const auto troubled =
      std::ranges::count_if(rows, not_well) -
      std::ranges::count_if(shown, [&](const Row* row) { return not_well(*row); });
  std::string line = "… and " + std::to_string(rows.size() - shown.size()) + " more, ";
  return line + (troubled > 0 ? std::to_string(troubled) + " of them not ready" : "all ready");
}

std::string summary(const std::vector<Row>& rows) {
  const auto well = std::ranges::count_if(rows, is_well);
  return std::to_string(well) + " of " + std::to_string(rows.size()) + " ready";
}

// Pieces of one line, three blanks apart, cut at the terminal's edge.
std::string joined(const std::vector<Cell>& pieces, int width, bool colour) {
  std::string line;
  int left = width;
  for (const Cell& piece : pieces) {
    const int gap = line.empty() ? 0 : 3;
    const std::string text = cut(one_line(piece.text), left - gap);
    if (text.empty()) {
      continue;
    }
    line += std::string(static_cast<std::size_t>(gap), ' ') + painted(text, piece.paint, colour);
    left -= gap + columns(text);
  }
  return line;
}

}  // namespace

Grid grid_of(const std::vector<Row>& rows) {
  std::vector<const Row*> all;
  for (const Row& row : rows) {
    all.push_back(&row);
  }
  return grid_of(all, several_namespaces(rows), kAllColumns);
}

std::string id_of(const Row& row) {
  return base::lower(row.kind) + "/" + row.namespace_ + "/" + row.name;
}

Paint paint_of(const std::string& state) {
  const std::string word = base::lower(state);
  const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
  if (word.empty() || word == "stopped" || word == "scaledtozero" || word == "unknown" ||
      has("terminating") || has("deleting") || has("paused")) {
    return Paint::dim;
  }
  if (has("notready")) {
    return Paint::warning;
  }
  constexpr std::array<std::string_view, 11> kBad = {
      "fail",   "err",     "crash",       "backoff",     "invalid", "degraded",
      "killed", "missing", "unreachable", "unavailable", "refused",
  };
  if (std::ranges::any_of(kBad, has)) {
    return Paint::bad;
  }
  if (word == "ready" || word == "running" || word == "succeeded" || word == "completed" ||
      word == "active") {
    return Paint::good;
  }
  return Paint::warning;
}

Row row_of(const base::Json& object, const std::vector<base::Json>& pods, base::TimePoint now) {
  const State state = component_state(object, pods);
  Row row;
  row.kind = kind_of(object);
  row.namespace_ = namespace_name_of(object);
  row.name = name_of(object);
  row.state = state.word;
  row.reason = state.message;
  row.ready = static_cast<int>(state.ready);
  row.wanted = static_cast<int>(state.wanted);
  for (const base::Json& pod : pods) {
    row.restarts += static_cast<int>(restarts_of(pod));
  }
  const auto created = time_of(base::text_at(object, {"metadata", "creationTimestamp"}));
  row.age =
      created ? std::chrono::floor<std::chrono::seconds>(now - *created) : std::chrono::seconds(0);
  return row;
}

std::string table(const std::vector<Row>& rows, const Header& header, Size size, bool colour) {
  const int width = std::max(size.width, 1);
  std::vector<std::string> lines;
  const bool well = std::ranges::all_of(rows, is_well);
  lines.push_back(joined({{header.title, Paint::bold},
                          {summary(rows), well ? Paint::good : Paint::warning},
                          {header.detail, Paint::dim}},
                         width, colour));
  lines.emplace_back();

  const int around = 3 + (header.hint.empty() ? 0 : 2);  // title, blank, column titles; hint
  const std::vector<const Row*> shown = rows_that_fit(rows, size.height - around);
  if (rows.empty()) {
    lines.push_back(joined({{"nothing runs here yet", Paint::dim}}, width, colour));
  } else {
    const bool with_namespace = several_namespaces(rows);
    const bool reasons =
        std::ranges::any_of(shown, [](const Row* row) { return !row->reason.empty(); });
    const int wanted = reasons ? kRoomForReason : 0;
    int keep = kAllColumns;
    Grid grid = grid_of(shown, with_namespace, keep);
    while (keep > 1 && grid.width_without_last() + wanted > width) {
      grid = grid_of(shown, with_namespace, --keep);
    }
    for (std::string& line : grid.lines(width, colour)) {
      lines.push_back(std::move(line));
    }
  }
  if (shown.size() < rows.size()) {
    lines.push_back(joined({{rest_line(rows, shown), Paint::dim}}, width, colour));
  }
  if (!header.hint.empty()) {
    lines.emplace_back();
    lines.push_back(joined({{header.hint, Paint::dim}}, width, colour));
  }

  std::string frame;
  const auto height = static_cast<std::size_t>(std::max(size.height, 1));
  for (std::size_t i = 0; i < std::min(lines.size(), height); ++i) {
    frame += (i == 0 ? "" : "\n") + lines[i];
  }
  return frame;
}

std::optional<std::string> line_if_changed(const Row* before, const Row* after,
                                           std::chrono::local_seconds time) {
  const Row* row = after != nullptr ? after : before;
  if (row == nullptr) {
    return std::nullopt;
  }
  if (before != nullptr && after != nullptr && before->state == after->state &&
      before->reason == after->reason && before->ready == after->ready &&
      before->wanted == after->wanted && before->restarts == after->restarts) {
    return std::nullopt;
  }
  const auto second_of_day = (time - std::chrono::floor<std::chrono::days>(time)).count();
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  std::string line = two(second_of_day / 3600) + ":" + two(second_of_day / 60 % 60) + ":" +
                     two(second_of_day % 60) + " " + id_of(*row) + "  ";
  if (after == nullptr) {
    return one_line(line + "gone");
  }
  line += after->state + " " + ready_text(*after);
  if (after->restarts > 0 && (before == nullptr || before->restarts != after->restarts)) {
    line += " (restart " + std::to_string(after->restarts) + ")";
  }
  if (!after->reason.empty()) {
    line += ": " + after->reason;
  }
  return one_line(line);
}

}  // namespace functionmesh::view
