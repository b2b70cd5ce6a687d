#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace functionmesh::reconcile {

using base::Json;

/// One entry of a status' map of conditions: `condition`, `status` and `action` as programs know
/// them from the reference operator, the rest for people.
struct Condition {
  std::string condition;  ///< such as StatefulSetReady
  bool status = false;
  std::string action = "NoAction";  ///< Create, Update, Delete or Wait: what comes next
  std::string reason;
  std::string message;
};

/// With lastTransitionTime, which stays as it is in `before` (may be nullptr) while the status
/// does.
Json to_json(const Condition& condition, const Json* before, base::TimePoint now);

}  // namespace functionmesh::reconcile
