#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "view/live.hpp"

/// Stored objects as pages for people, in the manner of `kubectl get` and `kubectl describe`.
///
/// Objects are JSON in Kubernetes' form; malformed parts count as absent. Secret values and
/// authentication parameters are never shown, of user configs only the keys.
namespace functionmesh::view {

/// A table each for our resources, for pods, and for all else, in the order given. With a `width`
/// above 0 no line is wider. "" for no objects.
std::string get_table(const std::vector<base::Json>& objects, base::TimePoint now, int width = 0,
                      bool colour = false);

/// What else somebody found out for a page.
struct Findings {
  std::vector<Row> parts;          ///< of a mesh its components, of a component itself
  std::vector<std::string> graph;  ///< of a mesh: outline() of it
  std::vector<std::string> gaps;   ///< what could not be found out, and why
};

/// One page about one object: what it is, its state and why, conditions, its pods, and what
/// happened to it (core/v1 Events), the latest last. With a `width` above 0 no table is wider.
std::string describe(const base::Json& object, const std::vector<base::Json>& events,
                     const std::vector<base::Json>& pods, base::TimePoint now,
                     const Findings& findings = {}, int width = 0);

}  // namespace functionmesh::view
