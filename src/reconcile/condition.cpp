#include "reconcile/condition.hpp"

namespace functionmesh::reconcile {

Json to_json(const Condition& condition, const Json* before, base::TimePoint now) {
  const std::string_view status = condition.status ? "True" : "False";
  std::string since = base::rfc3339(now);
  if (before != nullptr && base::text_at(*before, {"status"}) == status) {
    since = base::text_at(*before, {"lastTransitionTime"}, since);
  }
  return {{"condition", condition.condition}, {"status", status},
          {"action", condition.action},       {"reason", condition.reason},
          {"message", condition.message},     {"lastTransitionTime", since}};
}

}  // namespace functionmesh::reconcile
