#include "render/map_lists.hpp"

#include <set>

#include "base/json.hpp"
#include "render/env.hpp"

namespace functionmesh::render {
namespace {

using Key = std::string (*)(const api::Json& element);

std::string text_of(const api::Json& element, std::string_view member,
                    std::string_view fallback = {}) {
  const api::Json* value = base::find(element, {member});
  if (value == nullptr) {
    return std::string{fallback};
  }
  return value->is_string() ? std::string{value->get_string()} : base::write_json(*value);
}

std::string name_of(const api::Json& element) {
  return text_of(element, "name");
}

std::string port_of(const api::Json& port) {
  return text_of(port, "containerPort") + "/" + text_of(port, "protocol", "TCP");
}

std::string mount_path_of(const api::Json& mount) {
  return text_of(mount, "mountPath");
}

std::string device_path_of(const api::Json& device) {
  return text_of(device, "devicePath");
}

void keep_first_of_each(api::JsonObject& parent, std::string_view list, Key key_of) {
  api::Json* value = parent.if_contains(list);
  if (value == nullptr || !value->is_array()) {
    return;
  }
  std::set<std::string> seen;
  api::JsonArray kept;
  for (api::Json& element : value->get_array()) {
    if (seen.insert(key_of(element)).second) {
      kept.push_back(std::move(element));
    }
  }
  *value = std::move(kept);
}

void drop_in_container(api::JsonObject& container) {
  api::Json* env = container.if_contains("env");
  if (env != nullptr && env->is_array()) {
    EnvList list;
    list.add_all(env->get_array());
    *env = std::move(list).take();
  }
  keep_first_of_each(container, "ports", port_of);
  keep_first_of_each(container, "volumeMounts", mount_path_of);
  keep_first_of_each(container, "volumeDevices", device_path_of);
}

}  // namespace

void drop_duplicate_keys(api::JsonObject& pod_spec) {
  keep_first_of_each(pod_spec, "volumes", name_of);
  keep_first_of_each(pod_spec, "imagePullSecrets", name_of);
  for (const std::string_view list : {"initContainers", "containers"}) {
    api::Json* containers = pod_spec.if_contains(list);
    if (containers == nullptr || !containers->is_array()) {
      continue;
    }
    for (api::Json& container : containers->get_array()) {
      if (container.is_object()) {
        drop_in_container(container.get_object());
      }
    }
  }
}

}  // namespace functionmesh::render
