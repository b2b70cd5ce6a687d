#include "cluster/local/environment.hpp"

#include <algorithm>
#include <optional>

#include "base/base64.hpp"

namespace functionmesh::local {
namespace {

using base::Json;
using base::text_at;
using cluster::Key;
using Missing = std::unexpected<std::string>;

constexpr std::string_view pod_address = "127.0.0.1";

const base::JsonArray& array_at(const Json& value, std::string_view name) {
  static const base::JsonArray empty;
  const Json* found = base::find(value, {name});
  return found != nullptr && found->is_array() ? found->get_array() : empty;
}

bool is_optional(const Json& reference) {
  const Json* flag = base::find(reference, {"optional"});
  return flag != nullptr && flag->is_bool() && flag->get_bool();
}

void add_values(std::map<std::string, std::string>& values, const Json& config,
                std::string_view member, bool base64) {
  const Json* data = base::find(config, {member});
  if (data == nullptr || !data->is_object()) {
    return;
  }
  for (const auto& [key, value] : data->get_object()) {
    if (value.is_string()) {
      const std::string_view text = value.get_string();
      values[std::string{key}] =
          base64 ? base::decode_base64(text).value_or(std::string{}) : std::string{text};
    }
  }
}

Key key_in(const Json& pod, std::string_view kind, std::string_view name) {
  return {std::string{kind}, std::string{text_at(pod, {"metadata", "namespace"})},
          std::string{name}};
}

std::string describe(const Key& key) {
  return key.kind + " " + key.namespace_ + "/" + key.name;
}

/// "ConfigMap" or "Secret" for a member such as configMapRef or secretKeyRef, and the reference.
struct Reference {
  std::string_view kind;
  const Json* value = nullptr;
};

std::optional<Reference> reference_in(const Json& holder, std::string_view config_map,
                                      std::string_view secret) {
  if (const Json* found = base::find(holder, {config_map})) {
    return Reference{"ConfigMap", found};
  }
  if (const Json* found = base::find(holder, {secret})) {
    return Reference{"Secret", found};
  }
  return std::nullopt;
}

/// What a volume takes from a ConfigMap or Secret. The Secret's name has a name of its own.
std::optional<Reference> source_of(const Json& volume) {
  return reference_in(volume, "configMap", "secret");
}

std::string_view name_in(const Reference& reference) {
  const std::string_view name = text_at(*reference.value, {"name"});
  return name.empty() ? text_at(*reference.value, {"secretName"}) : name;
}

const Json* volume_named(const Json& pod, std::string_view name) {
  const Json* spec = base::find(pod, {"spec"});
  if (spec == nullptr) {
    return nullptr;
  }
  for (const Json& volume : array_at(*spec, "volumes")) {
    if (text_at(volume, {"name"}) == name) {
      return &volume;
    }
  }
  return nullptr;
}

/// A pod's field as fieldRef names it; nullopt for one that a local pod does not have.
std::optional<std::string> field_of(const Json& pod, std::string_view path) {
  if (path == "status.podIP" || path == "status.hostIP") {
    return std::string{pod_address};
  }
  if (path == "spec.nodeName") {
    return "localhost";
  }
  if (path == "spec.serviceAccountName") {
    return std::string{text_at(pod, {"spec", "serviceAccountName"}, "default")};
  }
  if (path == "metadata.name" || path == "metadata.namespace" || path == "metadata.uid") {
    return std::string{text_at(pod, {"metadata", path.substr(9)})};
  }
  // metadata.labels['key'] or metadata.annotations['key']
  const auto bracket = path.find("['");
  if (!path.starts_with("metadata.") || bracket == std::string_view::npos ||
      !path.ends_with("']")) {
    return std::nullopt;
  }
  const std::string_view map = path.substr(9, bracket - 9);
  const std::string_view key = path.substr(bracket + 2, path.size() - bracket - 4);
  return std::string{text_at(pod, {"metadata", map, key})};
}

/// Kubernetes replaces $(NAME) by a variable set before; $$ stands for one $.
std::string expand(std::string_view text, const std::map<std::string, std::string>& variables) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto end = text.find(')', i);
    if (text.substr(i).starts_with("$$")) {
      result += '$';
      ++i;
    } else if (text.substr(i).starts_with("$(") && end != std::string_view::npos) {
      const auto found = variables.find(std::string{text.substr(i + 2, end - i - 2)});
      result += found == variables.end() ? text.substr(i, end - i + 1) : found->second;
      i = end;
    } else {
      result += text[i];
    }
  }
  return result;
}

class Builder {
 public:
  Builder(const Json& pod, const Json& container, const Configs& configs)
      : pod_(pod), container_(container), configs_(configs) {}

  std::expected<Environment, std::string> build() {
    for (const Json& source : array_at(container_, "envFrom")) {
      if (const auto problem = add_all_of(source)) {
        return Missing(*problem);
      }
    }
    for (const Json& variable : array_at(container_, "env")) {
      if (const auto problem = add_variable(variable)) {
        return Missing(*problem);
      }
    }
    for (const Json& mount : array_at(container_, "volumeMounts")) {
      if (const auto problem = add_mount(mount)) {
        return Missing(*problem);
      }
    }
    return std::move(result_);
  }

 private:
  using Problem = std::optional<std::string>;

  const Json* config(const Key& key) const {
    const auto found = configs_.find(key);
    return found == configs_.end() ? nullptr : found->second.get();
  }

  Problem add_all_of(const Json& source) {
    const auto reference = reference_in(source, "configMapRef", "secretRef");
    if (!reference) {
      return std::nullopt;
    }
    const Key key = key_in(pod_, reference->kind, name_in(*reference));
    const Json* found = config(key);
    if (found == nullptr) {
      return is_optional(*reference->value) ? Problem{} : describe(key) + " is not there";
    }
    const std::string prefix{text_at(source, {"prefix"})};
    for (const auto& [name, value] : values_of(*found)) {
      result_.variables[prefix + name] = value;
    }
    return std::nullopt;
  }

  Problem add_variable(const Json& variable) {
    const std::string name{text_at(variable, {"name"})};
    const Json* from = base::find(variable, {"valueFrom"});
    if (from == nullptr) {
      result_.variables[name] = expand(text_at(variable, {"value"}), result_.variables);
      return std::nullopt;
    }
    if (const Json* field = base::find(*from, {"fieldRef"})) {
      const std::string_view path = text_at(*field, {"fieldPath"});
      const auto value = field_of(pod_, path);
      if (!value) {
        return "env " + name + ": a pod has no field " + std::string{path};
      }
      result_.variables[name] = *value;
      return std::nullopt;
    }
    const auto reference = reference_in(*from, "configMapKeyRef", "secretKeyRef");
    if (!reference) {
      return "env " + name + ": valueFrom is none of fieldRef, configMapKeyRef, secretKeyRef";
    }
    const Key key = key_in(pod_, reference->kind, name_in(*reference));
    const std::string entry{text_at(*reference->value, {"key"})};
    const auto value = value_of(key, entry);
    if (value) {
      result_.variables[name] = *value;
      return std::nullopt;
    }
    return is_optional(*reference->value) ? Problem{} : value.error();
  }

  std::expected<std::string, std::string> value_of(const Key& key, const std::string& entry) const {
    const Json* found = config(key);
    if (found == nullptr) {
      return Missing(describe(key) + " is not there");
    }
    const auto values = values_of(*found);
    const auto value = values.find(entry);
    if (value == values.end()) {
      return Missing(describe(key) + " has no key " + entry);
    }
    return value->second;
  }

  Problem add_mount(const Json& mount) {
    const std::string_view name = text_at(mount, {"name"});
    const Json* volume = volume_named(pod_, name);
    if (volume == nullptr) {
      return "volume " + std::string{name} + " is mounted, but the pod has none of that name";
    }
    Mount made;
    made.path = text_at(mount, {"mountPath"});
    while (made.path.size() > 1 && made.path.ends_with('/')) {
      made.path.pop_back();
    }
    const std::string sub_path{text_at(mount, {"subPath"})};
    if (const auto source = source_of(*volume)) {
      if (auto problem = add_files(made, *source)) {
        return problem;
      }
      if (!sub_path.empty()) {
        made.single_file = made.files.contains(sub_path);
        made.files = made.single_file
                         ? std::map<std::string, std::string>{{sub_path, made.files[sub_path]}}
                         : std::map<std::string, std::string>{};
      }
    } else if (const Json* host = base::find(*volume, {"hostPath"})) {
      made.host_path = text_at(*host, {"path"});
      made.host_path += sub_path.empty() ? "" : "/" + sub_path;
    } else {
      made.private_folder = std::string{name} + (sub_path.empty() ? "" : "/" + sub_path);
    }
    result_.mounts.push_back(std::move(made));
    return std::nullopt;
  }

  Problem add_files(Mount& mount, const Reference& source) const {
    const Key key = key_in(pod_, source.kind, name_in(source));
    const Json* found = config(key);
    if (found == nullptr) {
      return is_optional(*source.value) ? Problem{} : describe(key) + " is not there";
    }
    const auto& items = array_at(*source.value, "items");
    if (items.empty()) {
      mount.files = values_of(*found);
    }
    for (const Json& item : items) {
      const std::string entry{text_at(item, {"key"})};
      const auto value = value_of(key, entry);
      if (!value && !is_optional(*source.value)) {
        return value.error();
      }
      mount.files[std::string{text_at(item, {"path"}, entry)}] = value.value_or("");
    }
    return std::nullopt;
  }

  const Json& pod_;
  const Json& container_;
  const Configs& configs_;
  Environment result_;
};

}  // namespace

std::map<std::string, std::string> values_of(const Json& config) {
  const bool secret = text_at(config, {"kind"}) == "Secret";
  std::map<std::string, std::string> values;
  add_values(values, config, "binaryData", true);
  add_values(values, config, "data", secret);
  add_values(values, config, "stringData", false);
  return values;
}

std::vector<Key> referenced_configs(const Json& pod, const Json& container) {
  std::vector<Key> keys;
  const auto add = [&](const std::optional<Reference>& reference) {
    if (reference) {
      keys.push_back(key_in(pod, reference->kind, name_in(*reference)));
    }
  };
  for (const Json& source : array_at(container, "envFrom")) {
    add(reference_in(source, "configMapRef", "secretRef"));
  }
  for (const Json& variable : array_at(container, "env")) {
    if (const Json* from = base::find(variable, {"valueFrom"})) {
      add(reference_in(*from, "configMapKeyRef", "secretKeyRef"));
    }
  }
  for (const Json& mount : array_at(container, "volumeMounts")) {
    if (const Json* volume = volume_named(pod, text_at(mount, {"name"}))) {
      add(source_of(*volume));
    }
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  return keys;
}

std::expected<Environment, std::string> environment_of(const Json& pod, const Json& container,
                                                       const Configs& configs) {
  return Builder(pod, container, configs).build();
}

}  // namespace functionmesh::local
