#include "plan/references.hpp"

namespace functionmesh::plan {
namespace {

using base::Json;

bool is_true(const Json* value) {
  return value != nullptr && value->is_bool() && value->get_bool();
}

class Walk {
 public:
  explicit Walk(std::string namespace_) : namespace_{std::move(namespace_)} {}

  void through(const Json& value) {
    if (const base::JsonArray* list = value.if_array()) {
      for (const Json& element : *list) {
        through(element);
      }
    }
    const base::JsonObject* object = value.if_object();
    if (object == nullptr) {
      return;
    }
    for (const auto& [key, member] : *object) {
      look_at(key, member);
      through(member);
    }
  }

  Needs needs;

 private:
  /// The few shapes in which a pod names a ConfigMap or a Secret.
  void look_at(std::string_view member, const Json& value) {
    const std::string_view name = base::text_at(value, {"name"});
    if (member == "secretKeyRef" || member == "configMapKeyRef") {
      Need& need = add(member == "secretKeyRef", name, value);
      need.keys.insert(std::string{base::text_at(value, {"key"})});
    } else if (member == "secretRef" || member == "configMapRef") {
      add(member == "secretRef", name, value);
    } else if (member == "secret" || member == "configMap") {
      // A volume says secretName, a part of a projected one name.
      const bool secret = member == "secret";
      Need& need = add(secret, secret ? base::text_at(value, {"secretName"}, name) : name, value);
      const Json* items = base::find(value, {"items"});
      if (items != nullptr && items->is_array()) {
        for (const Json& item : items->get_array()) {
          need.keys.insert(std::string{base::text_at(item, {"key"})});
        }
      }
    } else if (member == "imagePullSecrets" && value.is_array()) {
      for (const Json& secret : value.get_array()) {
        needs[{"Secret", namespace_, std::string{base::text_at(secret, {"name"})}}];
      }
    }
  }

  Need& add(bool secret, std::string_view name, const Json& reference) {
    Need& need = needs[{secret ? "Secret" : "ConfigMap", namespace_, std::string{name}}];
    need.optional = need.optional && is_true(base::find(reference, {"optional"}));
    return need;
  }

  std::string namespace_;
};

}  // namespace

Needs needs_of(const Json& stateful_set) {
  Walk walk{std::string{base::text_at(stateful_set, {"metadata", "namespace"})}};
  if (const Json* pod = base::find(stateful_set, {"spec", "template", "spec"})) {
    walk.through(*pod);
  }
  std::erase_if(walk.needs, [](const auto& need) { return need.first.name.empty(); });
  return std::move(walk.needs);
}

}  // namespace functionmesh::plan
