#include "plan/report.hpp"

#include <algorithm>
#include <map>

#include "view/text.hpp"

namespace functionmesh::plan {
namespace {

using base::JsonArray;
using base::JsonObject;
using view::Paint;

/// A pod's name with its number cut off is its StatefulSet's.
constexpr std::size_t kPodsByName = 3;
constexpr std::size_t kLongestValue = 60;

Paint paint_of(Action action) {
  switch (action) {
    case Action::create:
      return Paint::good;
    case Action::change:
    case Action::adopt:
      return Paint::warning;
    case Action::remove:
      return Paint::bad;
    case Action::none:
      break;
  }
  return Paint::dim;
}

std::string_view mark_of(Action action) {
  switch (action) {
    case Action::create:
      return "+";
    case Action::change:
    case Action::adopt:
      return "~";
    case Action::remove:
      return "-";
    case Action::none:
      break;
  }
  return " ";
}

std::string plural(std::size_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string{word} + (count == 1 ? "" : "s");
}

std::string value_text(const std::optional<Json>& value) {
  return value ? view::cut(view::one_line(base::write_json(*value)), kLongestValue) : "(not set)";
}

std::string change_text(const FieldChange& change) {
  if (!change.told) {
    return change.path;
  }
  return change.path + ": " + value_text(change.from) + " -> " + value_text(change.to);
}

std::string pods_text(const std::vector<std::string>& pods) {
  std::string text;
  for (std::size_t i = 0; i < std::min(pods.size(), kPodsByName); ++i) {
    text += (i == 0 ? "" : ", ") + pods[i];
  }
  if (pods.size() > kPodsByName) {
    text += ", ... " + pods.back();
  }
  return text;
}

/// Lines of text, none wider than the terminal.
class Lines {
 public:
  Lines(int width, bool colour) : width_{width}, colour_{colour} {}

  void add(int indent, std::string_view text, Paint paint = Paint::plain) {
    std::string line = std::string(static_cast<std::size_t>(indent), ' ') + view::one_line(text);
    if (width_ > 0) {
      line = view::cut(line, width_);
    }
    text_ += view::painted(line, paint, colour_) + "\n";
  }

  /// What is cut and coloured already.
  void add_whole(std::string_view line) { text_ += std::string{line} + "\n"; }

  void gap() { add_whole(""); }
  std::string take() { return std::move(text_); }

 private:
  int width_;
  bool colour_;
  std::string text_;
};

void add_instances(Lines& lines, const Instances& instances) {
  if (!instances.restart.empty()) {
    lines.add(4,
              plural(instances.restart.size(), "instance") + " restart" +
                  (instances.restart.size() == 1 ? "s" : "") + " (" + pods_text(instances.restart) +
                  (instances.reason.empty() ? ")" : "): " + instances.reason),
              Paint::warning);
    for (const FieldChange& change : instances.because) {
      lines.add(6, change_text(change));
    }
  }
  if (instances.start > 0) {
    lines.add(4, plural(static_cast<std::size_t>(instances.start), "instance") + " more");
  }
  if (instances.stop > 0) {
    lines.add(4, plural(static_cast<std::size_t>(instances.stop), "instance") + " less",
              Paint::warning);
  }
}

/// What nothing happens to takes one line.
bool is_quiet(const Outcome& outcome) {
  return outcome.action == Action::none && outcome.objects.empty() && outcome.problems.empty() &&
         outcome.notes.empty() && outcome.waits.empty();
}

void add_outcome(Lines& lines, const Outcome& outcome) {
  const std::string keeps =
      outcome.instances.keep > 0
          ? ": " + plural(static_cast<std::size_t>(outcome.instances.keep), "instance") +
                " not touched"
          : "";
  std::string title = std::string{mark_of(outcome.action)} + " " +
                      std::string{word_of(outcome.action)} + "  " + cluster::to_string(outcome.key);
  if (is_quiet(outcome)) {
    lines.add(0, title + keeps, Paint::dim);
    return;
  }
  lines.add(0, title + (outcome.why.empty() ? "" : ": " + outcome.why), paint_of(outcome.action));
  for (const FieldChange& change : outcome.fields) {
    lines.add(4, change_text(change));
  }
  for (const ObjectChange& object : outcome.objects) {
    lines.add(4,
              std::string{mark_of(object.action)} + " " + std::string{word_of(object.action)} +
                  "  " + object.key.kind + " " + object.key.name,
              paint_of(object.action));
    for (const FieldChange& change : object.fields) {
      lines.add(8, change_text(change));
    }
  }
  add_instances(lines, outcome.instances);
  if (outcome.instances.keep > 0) {
    lines.add(
        4, plural(static_cast<std::size_t>(outcome.instances.keep), "instance") + " not touched");
  }
  if (!outcome.waits.empty()) {
    lines.add(4, "waits for a rollout: " + outcome.waits, Paint::warning);
  }
  for (const std::string& note : outcome.notes) {
    lines.add(4, "note: " + note);
  }
  for (const std::string& problem : outcome.problems) {
    lines.add(4, "problem: " + problem, Paint::bad);
  }
}

std::string_view word_of(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::good:
      return "ok";
    case Finding::Kind::note:
      return "note";
    case Finding::Kind::warning:
      return "warning";
    case Finding::Kind::problem:
      break;
  }
  return "problem";
}

Paint paint_of(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::good:
      return Paint::good;
    case Finding::Kind::note:
      return Paint::dim;
    case Finding::Kind::warning:
      return Paint::warning;
    case Finding::Kind::problem:
      break;
  }
  return Paint::bad;
}

std::string summary_of(const Plan& plan) {
  std::map<Action, std::size_t> counts;
  std::size_t restart = 0;
  std::size_t keep = 0;
  std::size_t problems = 0;
  for (const Outcome& outcome : plan.outcomes) {
    ++counts[outcome.action == Action::none && !outcome.objects.empty() ? Action::change
                                                                        : outcome.action];
    restart += outcome.instances.restart.size();
    keep += static_cast<std::size_t>(outcome.instances.keep);
    problems += outcome.problems.size();
  }
  for (const Finding& finding : plan.findings) {
    problems += finding.kind == Finding::Kind::problem ? 1 : 0;
  }
  const std::size_t change = counts[Action::change] + counts[Action::adopt];
  const std::string what = is_change(plan)
                               ? std::to_string(counts[Action::create]) + " to create, " +
                                     std::to_string(change) + " to change, " +
                                     std::to_string(counts[Action::remove]) + " to delete; "
                               : "nothing changes; ";
  return what + plural(restart, "instance") + (restart == 1 ? " restarts, " : " restart, ") +
         std::to_string(keep) + " not touched" +
         (problems == 0 ? "" : "; " + plural(problems, "problem"));
}

JsonArray fields_json(const std::vector<FieldChange>& changes) {
  JsonArray all;
  for (const FieldChange& change : changes) {
    JsonObject one{{"path", change.path}};
    if (change.from) {
      one["from"] = *change.from;
    }
    if (change.to) {
      one["to"] = *change.to;
    }
    all.push_back(std::move(one));
  }
  return all;
}

JsonArray texts_json(const std::vector<std::string>& texts) {
  return JsonArray(texts.begin(), texts.end());
}

JsonObject outcome_json(const Outcome& outcome) {
  JsonArray objects;
  for (const ObjectChange& object : outcome.objects) {
    objects.push_back(JsonObject{{"object", cluster::to_string(object.key)},
                                 {"action", word_of(object.action)},
                                 {"why", object.why},
                                 {"fields", fields_json(object.fields)}});
  }
  const Instances& instances = outcome.instances;
  return {{"object", cluster::to_string(outcome.key)},
          {"action", word_of(outcome.action)},
          {"why", outcome.why},
          {"fields", fields_json(outcome.fields)},
          {"objects", std::move(objects)},
          {"instances", JsonObject{{"restart", texts_json(instances.restart)},
                                   {"reason", instances.reason},
                                   {"because", fields_json(instances.because)},
                                   {"start", instances.start},
                                   {"stop", instances.stop},
                                   {"keep", instances.keep}}},
          {"waits", outcome.waits},
          {"notes", texts_json(outcome.notes)},
          {"problems", texts_json(outcome.problems)}};
}

}  // namespace

std::string text_of(const Plan& plan, int width, bool colour) {
  Lines lines{width, colour};
  for (const Outcome& outcome : plan.outcomes) {
    add_outcome(lines, outcome);
  }
  if (!plan.findings.empty()) {
    lines.gap();
    lines.add(0, "Checks:");
    view::Grid grid{{{""}, {""}, {""}}};
    for (const Finding& finding : plan.findings) {
      grid.add({{std::string{word_of(finding.kind)}, paint_of(finding.kind)},
                {finding.subject},
                {finding.message}});
    }
    for (const std::string& line : grid.lines(std::max(width - 2, 0), colour)) {
      if (!line.empty()) {
        lines.add_whole("  " + line);
      }
    }
  }
  lines.gap();
  lines.add(0, summary_of(plan), Paint::bold);
  return lines.take();
}

Json json_of(const Plan& plan) {
  JsonArray resources;
  for (const Outcome& outcome : plan.outcomes) {
    resources.push_back(outcome_json(outcome));
  }
  JsonArray checks;
  for (const Finding& finding : plan.findings) {
    checks.push_back(JsonObject{{"result", word_of(finding.kind)},
                                {"subject", finding.subject},
                                {"message", finding.message}});
  }
  return JsonObject{{"changes", is_change(plan)},
                    {"problems", has_problems(plan)},
                    {"resources", std::move(resources)},
                    {"checks", std::move(checks)}};
}

}  // namespace functionmesh::plan
