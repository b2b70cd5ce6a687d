#include "plan/user_apply.hpp"

#include "admission/defaults.hpp"
#include "api/fields.hpp"
#include "cluster/local/memory_fields.hpp"

namespace functionmesh::plan {
namespace {

using base::Json;
using base::JsonObject;

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/// The fields that the user's last apply had: kubectl notes them, or the API server does.
Json fields_applied_before(const Json& live) {
  const auto noted =
      base::parse_json(base::text_at(live, {"metadata", "annotations", kLastApplied}));
  if (noted) {
    return local::fields_of(*noted);
  }
  for (auto& [manager, fields] : local::fields_by_manager(live)) {
    if (manager != local::kOwnManager) {
      return fields;
    }
  }
  return nullptr;
}

/// Those of the CustomResourceDefinition.
void fill_in(Json* spec) {
  if (spec == nullptr || !spec->is_object()) {
    return;
  }
  JsonObject& members = spec->get_object();
  for (const api::Field& field : api::record_of<api::ComponentSpec>().fields) {
    if (field.rules.fallback && !members.contains(field.name)) {
      members[field.name] = *field.rules.fallback;
    }
  }
}

void fill_in_defaults(Json& object) {
  const std::string_view kind = base::text_at(object, {"kind"});
  if (kind == "Function" || kind == "Source" || kind == "Sink") {
    fill_in(base::find(object, {"spec"}));
  }
  if (kind != "FunctionMesh") {
    return;
  }
  for (const std::string_view list : {"functions", "sources", "sinks"}) {
    Json* entries = base::find(object, {"spec", list});
    if (entries != nullptr && entries->is_array()) {
      for (Json& entry : entries->get_array()) {
        fill_in(&entry);
      }
    }
  }
}

/// Members that a JSON patch adds: "/spec/output/typeClassName".
void add_member(Json& object, std::string_view pointer, const Json& value) {
  Json* at = &object;
  std::string_view rest = pointer.substr(1);
  while (at->is_object()) {
    const std::size_t slash = rest.find('/');
    Json& member = at->get_object()[rest.substr(0, slash)];
    if (slash == std::string_view::npos) {
      member = value;
      return;
    }
    at = &member;
    rest.remove_prefix(slash + 1);
  }
}

/// The webhook's; where it is at work, what is stored has all of them.
void fill_in_as_webhook(const Json& live, Json& object) {
  if (!admission::missing_defaults(live, &live).empty()) {
    return;
  }
  for (const Json& operation : admission::missing_defaults(object, &live)) {
    add_member(object, base::text_at(operation, {"path"}), operation.at("value"));
  }
}

bool is_same(const Json* a, const Json* b) {
  return (a == nullptr && b == nullptr) || (a != nullptr && b != nullptr && base::equal(*a, *b));
}

}  // namespace

Json applied_by_user(const Json& live, Json wanted) {
  Json changed = local::apply_fields(live, fields_applied_before(live), std::move(wanted), {});
  fill_in_defaults(changed);
  fill_in_as_webhook(live, changed);
  if (!is_same(base::find(live, {"spec"}), base::find(changed, {"spec"}))) {
    changed.at("metadata").get_object()["generation"] =
        base::number_at(live, {"metadata", "generation"}) + 1;
  }
  return changed;
}

}  // namespace functionmesh::plan
