#include "render/env.hpp"

namespace functionmesh::render {

void EnvList::add(api::Json entry) {
  const std::string_view name = base::text_at(entry, {"name"});
  for (api::Json* other = entries_.begin(); other != entries_.end(); ++other) {
    if (!name.empty() && base::text_at(*other, {"name"}) == name) {
      entries_.erase(other);
      break;
    }
  }
  entries_.push_back(std::move(entry));
}

void EnvList::add_all(const api::JsonArray& entries) {
  for (const api::Json& entry : entries) {
    add(entry);
  }
}

void EnvList::set(std::string_view name, std::string_view value) {
  add(api::JsonObject{{"name", name}, {"value", value}});
}

api::Json pod_name_env() {
  return api::JsonObject{
      {"name", "POD_NAME"},
      {"valueFrom", api::JsonObject{{"fieldRef", api::JsonObject{{"fieldPath", "metadata.name"}}}}},
  };
}

void prepend_env(api::Json& container, const api::StringMap& env) {
  if (env.empty() || !container.is_object()) {
    return;
  }
  EnvList merged;
  for (const auto& [name, value] : env) {
    merged.set(name, value);
  }
  api::Json& own = container.get_object()["env"];
  if (own.is_array()) {
    merged.add_all(own.get_array());
  }
  own = std::move(merged).take();
}

}  // namespace functionmesh::render
