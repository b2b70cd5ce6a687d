#include "cluster/kubernetes/managed_fields.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

constexpr std::string_view kSpec = "f:spec";

void merge(JsonObject& into, const JsonObject& more) {
  for (const auto& [key, value] : more) {
    Json& member = into[key];
    if (!member.is_object()) {
      member = JsonObject{};
    }
    if (value.is_object()) {
      merge(member.get_object(), value.get_object());
    }
  }
}

bool is_plain_write(const Json& entry) {
  return base::text_at(entry, {"operation"}) == "Update" &&
         base::text_at(entry, {"subresource"}).empty();
}

bool is_our_apply(const Json& entry) {
  return base::text_at(entry, {"operation"}) == "Apply" &&
         base::text_at(entry, {"manager"}) == kFieldManager &&
         base::text_at(entry, {"subresource"}).empty();
}

}  // namespace

std::optional<Json> take_over_spec(const Json& object) {
  const Json* managed = base::find(object, {"metadata", "managedFields"});
  if (managed == nullptr || !managed->is_array()) {
    return std::nullopt;
  }
  JsonObject taken;
  Json ours;
  JsonArray entries;
  for (const Json& entry : managed->get_array()) {
    if (is_our_apply(entry)) {
      ours = entry;
      continue;
    }
    const Json* spec = base::find(entry, {"fieldsV1", kSpec});
    if (!is_plain_write(entry) || spec == nullptr || !spec->is_object()) {
      entries.push_back(entry);
      continue;
    }
    merge(taken, spec->get_object());
    Json rest = entry;
    JsonObject& fields = rest.at("fieldsV1").get_object();
    fields.stable_erase(kSpec);
    if (!fields.empty()) {
      entries.push_back(std::move(rest));
    }
  }
  if (taken.empty()) {
    return std::nullopt;
  }
  if (!ours.is_object()) {
    ours = JsonObject{{"manager", kFieldManager},
                      {"operation", "Apply"},
                      {"apiVersion", base::text_at(object, {"apiVersion"})},
                      {"fieldsType", "FieldsV1"},
                      {"fieldsV1", JsonObject{}}};
  }
  Json& fields = ours.get_object()["fieldsV1"];
  if (!fields.is_object()) {
    fields = JsonObject{};
  }
  Json& spec = fields.get_object()[kSpec];
  if (!spec.is_object()) {
    spec = JsonObject{};
  }
  merge(spec.get_object(), taken);
  entries.push_back(std::move(ours));
  return Json(std::move(entries));
}

}  // namespace functionmesh::kubernetes
