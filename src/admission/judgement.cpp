#include "admission/judgement.hpp"

#include <cctype>
#include <map>

namespace functionmesh::admission {
namespace {

using api::Problem;

/// The same for the same problem: positions in lists do not count, because entries move.
std::string identity(const Problem& problem) {
  std::string text;
  bool in_index = false;
  for (const char c : problem.field) {
    in_index = in_index && std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!in_index) {
      text += c;
    }
    in_index = in_index || c == '[';
  }
  return text + ": " + problem.message;
}

}  // namespace

api::Problems judge(const base::Json& object, const base::Json* previous) {
  if (previous == nullptr) {
    return api::check(object).problems;
  }
  const api::Decoded before = api::check(*previous);
  api::Problems problems = api::check(object, &before.resource).problems;
  std::map<std::string, int> known;
  for (const Problem& problem : before.problems.errors) {
    ++known[identity(problem)];
  }
  std::vector<Problem> fresh;
  for (Problem& problem : problems.errors) {
    const auto found = known.find(identity(problem));
    if (found != known.end() && found->second > 0) {
      --found->second;
      problems.warnings.push_back(std::move(problem));
    } else {
      fresh.push_back(std::move(problem));
    }
  }
  problems.errors = std::move(fresh);
  return problems;
}

}  // namespace functionmesh::admission
