#include <algorithm>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "manifest/manifests.hpp"

namespace functionmesh::cli {

using manifest::Checked;
using manifest::Manifests;
namespace {

base::JsonArray problems_json(const std::vector<api::Problem>& problems) {
  base::JsonArray all;
  for (const api::Problem& problem : problems) {
    all.push_back(base::JsonObject{{"field", problem.field}, {"message", problem.message}});
  }
  return all;
}

void print_json(const Manifests& manifests, const std::vector<Checked>& all) {
  base::JsonArray items;
  for (const std::string& error : manifests.errors) {
    const std::string file = error.substr(0, error.find(':'));
    items.push_back(base::JsonObject{
        {"object", file},
        {"errors", base::JsonArray{base::JsonObject{{"field", ""}, {"message", error}}}},
        {"warnings", base::JsonArray{}}});
  }
  for (const Checked& checked : all) {
    items.push_back(base::JsonObject{{"object", checked.name},
                                     {"errors", problems_json(checked.problems.errors)},
                                     {"warnings", problems_json(checked.problems.warnings)}});
  }
  print(base::write_json(base::JsonObject{{"items", std::move(items)}}, base::Layout::indented) +
        "\n");
}

void print_problems(const Checked& checked, const std::vector<api::Problem>& problems,
                    std::string_view label, Style style) {
  const bool colour = wants_colour(stdout);
  for (const api::Problem& problem : problems) {
    print(checked.manifest->place_of(problem.field) + ": " + styled(label, style, colour) + " " +
          checked.name + ": " + (problem.field.empty() ? "" : problem.field + ": ") +
          problem.message + "\n");
  }
}

void print_text(const Manifests& manifests, const std::vector<Checked>& all) {
  for (const std::string& error : manifests.errors) {
    print_error(error);
  }
  std::size_t valid = 0;
  for (const Checked& checked : all) {
    print_problems(checked, checked.problems.errors, "error:", Style::error);
    print_problems(checked, checked.problems.warnings, "warning:", Style::warning);
    valid += checked.problems.ok() ? 1 : 0;
  }
  print(std::to_string(valid) + " of " + std::to_string(all.size()) +
        (all.size() == 1 ? " object is valid\n" : " objects are valid\n"));
}

}  // namespace

int validate(const ValidateOptions& options) {
  const Manifests manifests = manifest::read_manifests(options.files);
  const std::vector<Checked> all = manifest::check(manifests.objects);
  if (options.output == "json") {
    print_json(manifests, all);
  } else {
    print_text(manifests, all);
  }
  const bool ok = manifests.errors.empty() &&
                  std::ranges::all_of(all, [](const Checked& c) { return c.problems.ok(); });
  return ok ? kOk : kProblems;
}

}  // namespace functionmesh::cli
