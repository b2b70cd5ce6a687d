#include "reconcile/metadata.hpp"

#include <algorithm>
#include <cstdio>

namespace functionmesh::reconcile {
namespace {

const base::JsonArray& finalizers_of(const Json& object) {
  static const base::JsonArray kNone;
  const Json* list = base::find(object, {"metadata", "finalizers"});
  return list != nullptr && list->is_array() ? list->get_array() : kNone;
}

}  // namespace

bool has_finalizer(const Json& object, std::string_view finalizer) {
  return std::ranges::any_of(finalizers_of(object), [&](const Json& one) {
    return one.is_string() && one.get_string() == finalizer;
  });
}

Json finalizer_patch(const Json& object, std::string_view finalizer, bool present) {
  base::JsonArray list;
  for (const Json& one : finalizers_of(object)) {
    if (!one.is_string() || one.get_string() != finalizer) {
      list.push_back(one);
    }
  }
  if (present) {
    list.emplace_back(finalizer);
  }
  Json left = list.empty() ? Json{} : Json(std::move(list));
  return {{"metadata",
           {{"resourceVersion", base::text_at(object, {"metadata", "resourceVersion"})},
            {"finalizers", std::move(left)}}}};
}

std::optional<base::TimePoint> time_of(std::string_view rfc3339) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const std::string text{rfc3339};
  if (std::sscanf(text.c_str(), "%d-%u-%uT%d:%d:%d", &year, &month, &day, &hour, &minute,
                  &second) != 6) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

}  // namespace functionmesh::reconcile
