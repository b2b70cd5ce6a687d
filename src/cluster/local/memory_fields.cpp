#include "cluster/local/memory_fields.hpp"

namespace functionmesh::local {
namespace {

using base::JsonArray;
using base::JsonObject;

/// How managedFields write members of objects, and elements of lists that are sets.
constexpr std::string_view kMember = "f:";
constexpr std::string_view kElement = "v:";

/// With its finalizers as the members of an object a document needs no exceptions below.
Json with_finalizers_as_members(Json document) {
  Json* finalizers = base::find(document, {"metadata", "finalizers"});
  if (finalizers != nullptr && finalizers->is_array()) {
    JsonObject members;
    for (const Json& finalizer : finalizers->get_array()) {
      members.emplace(finalizer.get_string(), nullptr);
    }
    *finalizers = std::move(members);
  }
  return document;
}

Json with_finalizers_as_list(Json document) {
  Json* finalizers = base::find(document, {"metadata", "finalizers"});
  if (finalizers != nullptr && finalizers->is_object()) {
    JsonArray list;
    for (const auto& [finalizer, nothing] : finalizers->get_object()) {
      list.emplace_back(finalizer);
    }
    if (list.empty()) {
      base::find(document, {"metadata"})->get_object().stable_erase("finalizers");
    } else {
      *finalizers = std::move(list);
    }
  }
  return document;
}

Json tree_of(const Json& value) {
  const JsonObject* object = value.if_object();
  if (object == nullptr) {
    return nullptr;
  }
  JsonObject tree;
  tree.reserve(object->size());
  for (const auto& [key, member] : *object) {
    tree.emplace(key, tree_of(member));
  }
  return tree;
}

const Json* child(const Json* tree, std::string_view key) {
  const JsonObject* object = tree == nullptr ? nullptr : tree->if_object();
  return object == nullptr ? nullptr : object->if_contains(key);
}

std::vector<const Json*> children(const std::vector<const Json*>& trees, std::string_view key) {
  std::vector<const Json*> found;
  for (const Json* tree : trees) {
    if (const Json* one = child(tree, key)) {
      found.push_back(one);
    }
  }
  return found;
}

void remove_dropped(JsonObject& live, const JsonObject& before, const Json* now,
                    const std::vector<const Json*>& others) {
  for (const auto& [key, tree_before] : before) {
    Json* member = live.if_contains(key);
    if (member == nullptr) {
      continue;
    }
    const Json* tree_now = child(now, key);
    const std::vector<const Json*> trees_of_others = children(others, key);
    if (member->is_object() && tree_before.is_object()) {
      remove_dropped(member->get_object(), tree_before.get_object(), tree_now, trees_of_others);
      if (!member->get_object().empty()) {
        continue;
      }
    }
    if (tree_now == nullptr && trees_of_others.empty()) {
      live.stable_erase(key);
    }
  }
}

void merge(Json& live, Json applied) {
  if (!live.is_object() || !applied.is_object()) {
    live = std::move(applied);
    return;
  }
  JsonObject& target = live.get_object();
  for (auto& [key, member] : applied.get_object()) {
    if (Json* at = target.if_contains(key)) {
      merge(*at, std::move(member));
    } else {
      target.emplace(key, std::move(member));
    }
  }
}

/// Of {"f:spec": {"f:replicas": {}}}; the elements of sets and of lists with keys are left out.
Json tree_of_noted(const Json& fields) {
  const JsonObject* noted = fields.if_object();
  JsonObject tree;
  if (noted != nullptr) {
    for (const auto& [key, member] : *noted) {
      if (key.starts_with(kMember)) {
        tree.emplace(key.substr(kMember.size()), tree_of_noted(member));
      }
    }
  }
  return tree.empty() ? Json{} : Json(std::move(tree));
}

/// {"v:\"NAME\"": {}} -> {"NAME": null}
JsonObject elements_of_set(const Json& fields) {
  JsonObject elements;
  if (const JsonObject* noted = fields.if_object()) {
    for (const auto& [key, nothing] : *noted) {
      const auto element =
          base::parse_json(key.starts_with(kElement) ? key.substr(kElement.size()) : "null");
      if (element && element->is_string()) {
        elements.emplace(element->get_string(), nullptr);
      }
    }
  }
  return elements;
}

}  // namespace

std::map<std::string, Json> fields_by_manager(const Json& object) {
  std::map<std::string, Json> managers;
  const Json* entries = base::find(object, {"metadata", "managedFields"});
  if (entries == nullptr || !entries->is_array()) {
    return managers;
  }
  for (const Json& entry : entries->get_array()) {
    const Json* fields = base::find(entry, {"fieldsV1"});
    if (fields == nullptr || base::text_at(entry, {"operation"}) != "Apply" ||
        !base::text_at(entry, {"subresource"}).empty()) {
      continue;
    }
    Json tree = tree_of_noted(*fields);
    const Json* finalizers = base::find(*fields, {"f:metadata", "f:finalizers"});
    if (Json* there = base::find(tree, {"metadata", "finalizers"}); there && finalizers) {
      *there = elements_of_set(*finalizers);
    }
    managers.insert_or_assign(std::string{base::text_at(entry, {"manager"})}, std::move(tree));
  }
  return managers;
}

Json fields_of(const Json& document) {
  return tree_of(with_finalizers_as_members(document));
}

Json apply_fields(Json live, const Json& before, Json applied,
                  const std::vector<const Json*>& others) {
  Json result = with_finalizers_as_members(std::move(live));
  applied = with_finalizers_as_members(std::move(applied));
  if (before.is_object() && result.is_object()) {
    remove_dropped(result.get_object(), before.get_object(), &applied, others);
  }
  merge(result, std::move(applied));
  return with_finalizers_as_list(std::move(result));
}

}  // namespace functionmesh::local
