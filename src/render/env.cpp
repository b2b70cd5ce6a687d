#include "render/env.hpp"

namespace functionmesh::render {
namespace {

/// `text` with `value` in place of each reference $(name); $$(name) is no reference.
std::string with_reference_replaced(std::string_view text, std::string_view name,
                                    std::string_view value) {
  const std::string reference = "$(" + std::string{name} + ")";
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("$$")) {
      result += "$$";
      i += 2;
    } else if (text.substr(i).starts_with(reference)) {
      result += value;
      i += reference.size();
    } else {
      result += text[i++];
    }
  }
  return result;
}

/// An entry that stood after `dropped` may refer to what it was.
void keep_reference(api::Json& entry, const api::Json& dropped) {
  api::Json* text = base::find(entry, {"value"});
  if (text != nullptr && text->is_string() && base::find(dropped, {"valueFrom"}) == nullptr) {
    *text = with_reference_replaced(text->get_string(), base::text_at(dropped, {"name"}),
                                    base::text_at(dropped, {"value"}));
  }
}

}  // namespace

void EnvList::add(api::Json entry) {
  const std::string name{base::text_at(entry, {"name"})};
  for (api::Json* other = entries_.begin(); other != entries_.end(); ++other) {
    if (name.empty() || base::text_at(*other, {"name"}) != name) {
      continue;
    }
    const api::Json dropped = *other;
    for (api::Json* later = entries_.erase(other); later != entries_.end(); ++later) {
      keep_reference(*later, dropped);
    }
    keep_reference(entry, dropped);
    break;
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
