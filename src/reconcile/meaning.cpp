#include "reconcile/meaning.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "reconcile/fingerprint.hpp"
#include "reconcile/script_meaning.hpp"

namespace functionmesh::reconcile {
namespace {

using base::JsonArray;
using base::JsonObject;

/// Containers that an operator makes; the scripts of others are their authors' business.
constexpr std::array<std::string_view, 5> kOwnContainers = {
    "pulsar-function", "pulsar-source", "pulsar-sink", "filebeat", "downloader"};

/// What an operator sets, so that it is a difference if only the live object has it.
constexpr std::array<std::string_view, 5> kListsOfPod = {"tolerations", "imagePullSecrets",
                                                         "initContainers", "volumes", "containers"};
constexpr std::array<std::string_view, 4> kListsOfContainer = {"env", "envFrom", "ports",
                                                               "volumeMounts"};
constexpr std::array<std::string_view, 3> kMembersOfPod = {"affinity", "nodeSelector",
                                                           "serviceAccountName"};
constexpr std::array<std::string_view, 2> kMembersOfContainer = {"livenessProbe", "startupProbe"};

/// Written by `kubectl rollout restart`: no operator's.
constexpr std::string_view kKubectl = "kubectl.kubernetes.io/";

/// What the API server fills in.
constexpr std::int64_t kDefaultGraceSeconds = 30;

constexpr std::string_view kPreferred = "preferredDuringSchedulingIgnoredDuringExecution";

JsonObject* object_at(Json& value, std::initializer_list<std::string_view> path) {
  Json* found = base::find(value, path);
  return found == nullptr ? nullptr : found->if_object();
}

void ensure_lists(JsonObject& object, const auto& names) {
  for (const std::string_view name : names) {
    if (!object.contains(name)) {
      object[name] = JsonArray{};
    }
  }
}

/// Each element once; sorted where the order says nothing.
void make_set(Json* list) {
  if (list == nullptr || !list->is_array()) {
    return;
  }
  std::set<std::string> seen;
  JsonArray kept;
  for (Json& element : list->get_array()) {
    if (seen.insert(fingerprint(element)).second) {
      kept.push_back(std::move(element));
    }
  }
  std::ranges::sort(kept, {}, [](const Json& element) { return fingerprint(element); });
  *list = std::move(kept);
}

void read_script(JsonObject& container) {
  Json* command = container.if_contains(kScriptMember);
  const Json* name = container.if_contains("name");
  if (command == nullptr || !command->is_array() || name == nullptr || !name->is_string()) {
    return;
  }
  const std::string_view called = name->get_string();
  const JsonArray& words = command->get_array();
  const bool is_script = words.size() >= 3 && words.size() <= 4 && words[0].is_string() &&
                         words[1].is_string() && words[1].get_string() == "-c" &&
                         words.back().is_string();
  if (is_script && std::ranges::find(kOwnContainers, called) != kOwnContainers.end()) {
    const std::string shell{words[0].get_string()};
    Json meaning = meaning_of_script(words.back().get_string());
    meaning.get_object()["shell"] = shell;
    *command = std::move(meaning);
  }
}

Json normalized(Json stateful_set) {
  JsonObject* pod = object_at(stateful_set, {"spec", "template", "spec"});
  if (pod == nullptr) {
    return stateful_set;
  }
  ensure_lists(*pod, kListsOfPod);
  make_set(pod->if_contains("tolerations"));
  for (const std::string_view affinity : {"nodeAffinity", "podAffinity", "podAntiAffinity"}) {
    make_set(
        base::find(stateful_set, {"spec", "template", "spec", "affinity", affinity, kPreferred}));
  }
  for (const std::string_view list : {"initContainers", "containers"}) {
    Json* containers = pod->if_contains(list);
    if (!containers->is_array()) {
      continue;
    }
    for (Json& container : containers->get_array()) {
      if (JsonObject* object = container.if_object()) {
        ensure_lists(*object, kListsOfContainer);
        read_script(*object);
      }
    }
  }
  return stateful_set;
}

bool is_something(const Json* value) {
  if (value == nullptr || value->is_null()) {
    return false;
  }
  const JsonObject* object = value->if_object();
  const auto* text = value->if_string();
  return (object == nullptr || !object->empty()) && (text == nullptr || !text->empty());
}

/// Names what only the live object has, among what an operator sets.
class Dropped {
 public:
  explicit Dropped(std::vector<std::string>& paths) : paths_{paths} {}

  void members(const Json* live, const Json* desired, const std::string& path, const auto& names) {
    for (const std::string_view name : names) {
      if (live != nullptr && is_something(base::find(*live, {name})) &&
          (desired == nullptr || !is_something(base::find(*desired, {name})))) {
        paths_.push_back(path + "." + std::string{name});
      }
    }
  }

  void keys(const Json& live, const Json& desired, std::initializer_list<std::string_view> at,
            const std::string& path) {
    const Json* there = base::find(live, at);
    const Json* wanted = base::find(desired, at);
    if (there == nullptr || !there->is_object() || wanted == nullptr || !wanted->is_object()) {
      return;  // the whole is missing: told elsewhere
    }
    for (const auto& [key, value] : there->get_object()) {
      if (!wanted->get_object().contains(key) && !key.starts_with(kKubectl)) {
        paths_.push_back(path + "." + std::string{key});
      }
    }
  }

 private:
  std::vector<std::string>& paths_;
};

const Json* container_named(const Json& stateful_set, std::string_view name) {
  const Json* containers = base::find(stateful_set, {"spec", "template", "spec", "containers"});
  if (containers != nullptr && containers->is_array()) {
    for (const Json& container : containers->get_array()) {
      if (base::text_at(container, {"name"}) == name) {
        return &container;
      }
    }
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> differences_in_meaning(const Json& live, const Json& desired) {
  const Json there = normalized(live);
  const Json wanted = normalized(desired);
  std::vector<std::string> paths = differing_paths(there, wanted);
  Dropped dropped{paths};
  const std::string pod = "spec.template.spec";
  dropped.members(base::find(there, {"spec", "template", "spec"}),
                  base::find(wanted, {"spec", "template", "spec"}), pod, kMembersOfPod);
  const std::initializer_list<std::string_view> grace = {"spec", "template", "spec",
                                                         "terminationGracePeriodSeconds"};
  if (base::find(wanted, grace) == nullptr &&
      base::number_at(there, grace, kDefaultGraceSeconds) != kDefaultGraceSeconds) {
    paths.push_back(pod + ".terminationGracePeriodSeconds");
  }
  dropped.keys(there, wanted, {"spec", "template", "spec", "nodeSelector"}, pod + ".nodeSelector");
  dropped.keys(there, wanted, {"spec", "template", "metadata", "labels"},
               "spec.template.metadata.labels");
  dropped.keys(there, wanted, {"spec", "template", "metadata", "annotations"},
               "spec.template.metadata.annotations");
  for (const std::string_view name : kOwnContainers) {
    const Json* before = container_named(there, name);
    const Json* after = container_named(wanted, name);
    if (before != nullptr && after != nullptr) {
      dropped.members(before, after, pod + ".containers[" + std::string{name} + "]",
                      kMembersOfContainer);
    }
  }
  return paths;
}

}  // namespace functionmesh::reconcile
