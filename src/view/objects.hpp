#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

/// Stored objects as pages for people, in the manner of `kubectl get` and `kubectl describe`.
///
/// Objects are JSON in Kubernetes' form; malformed parts count as absent. Secret values and
/// authentication parameters are never shown, of user configs only the keys.
namespace functionmesh::view {

/// A table each for our resources, for pods, and for all else, in the order given. With a `width`
/// above 0 no line is wider. "" for no objects.
std::string get_table(const std::vector<base::Json>& objects, base::TimePoint now, int width = 0,
                      bool colour = false);

/// One page about one object: what it is, its state and why, conditions, its pods, and what
/// happened to it (core/v1 Events), the latest last.
std::string describe(const base::Json& object, const std::vector<base::Json>& events,
                     const std::vector<base::Json>& pods, base::TimePoint now);

}  // namespace functionmesh::view
