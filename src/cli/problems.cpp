#include "cli/problems.hpp"

#include "cli/terminal.hpp"

namespace functionmesh::cli {
namespace {

std::string sentence(const manifest::Checked& checked, const api::Problem& problem) {
  return checked.manifest->place_of(problem.field) + ": " + checked.name + ": " +
         (problem.field.empty() ? "" : problem.field + ": ") + problem.message;
}

}  // namespace

bool print_problems(const manifest::Manifests& manifests,
                    const std::vector<manifest::Checked>& all) {
  bool ok = manifests.errors.empty();
  for (const std::string& error : manifests.errors) {
    print_error(error);
  }
  for (const manifest::Checked& checked : all) {
    for (const api::Problem& error : checked.problems.errors) {
      print_error(sentence(checked, error));
      ok = false;
    }
    for (const api::Problem& warning : checked.problems.warnings) {
      print_warning(sentence(checked, warning));
    }
  }
  return ok;
}

}  // namespace functionmesh::cli
