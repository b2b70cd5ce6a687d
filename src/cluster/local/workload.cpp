#include "cluster/local/workload.hpp"

#include <array>

#include "cluster/local/container_command.hpp"
#include "cluster/local/surroundings.hpp"
#include "cluster/local/text_hash.hpp"

namespace functionmesh::local {
namespace {

using base::Json;
using base::text_at;

const Json empty_object = base::JsonObject{};

/// The containers that run a function or a connector; what else is in a pod accompanies them.
bool is_main(std::string_view container) {
  return container == "pulsar-function" || container == "pulsar-source" ||
         container == "pulsar-sink";
}

const base::JsonArray* containers_of(const Json& pod_template) {
  const Json* found = base::find(pod_template, {"spec", "containers"});
  return found != nullptr && found->is_array() ? &found->get_array() : nullptr;
}

/// A runtime's section in a resource, with its members for the file and its location.
struct Section {
  std::string_view name;
  std::string_view file;
  std::string_view location;
};
constexpr std::array<Section, 4> sections = {{
    {"java", "jar", "jarLocation"},
    {"python", "py", "pyLocation"},
    {"golang", "go", "goLocation"},
    {"genericRuntime", "functionFile", "functionFileLocation"},
}};

/// The Function, Source or Sink that owns a StatefulSet.
std::optional<cluster::Key> owner_of(const Json& object) {
  const Json* owners = base::find(object, {"metadata", "ownerReferences"});
  if (owners == nullptr || !owners->is_array()) {
    return std::nullopt;
  }
  for (const Json& owner : owners->get_array()) {
    const std::string_view kind = text_at(owner, {"kind"});
    if (kind == "Function" || kind == "Source" || kind == "Sink") {
      return cluster::Key{std::string{kind},
                          std::string{text_at(object, {"metadata", "namespace"})},
                          std::string{text_at(owner, {"name"})}};
    }
  }
  return std::nullopt;
}

}  // namespace

Workload::Workload(cluster::Object object) {
  set_object(std::move(object));
}

void Workload::set_object(cluster::Object object) {
  object_ = std::move(object);
  revision_ = hex(text_hash(base::write_json(pod_template())), 10);
}

const Json& Workload::pod_template() const {
  const Json* found = base::find(*object_, {"spec", "template"});
  return found != nullptr ? *found : empty_object;
}

const Json* Workload::container() const {
  const auto* containers = containers_of(pod_template());
  if (containers == nullptr || containers->empty()) {
    return nullptr;
  }
  for (const Json& container : *containers) {
    if (is_main(text_at(container, {"name"}))) {
      return &container;
    }
  }
  return &containers->front();
}

std::string Workload::container_name() const {
  const Json* found = container();
  return found != nullptr ? std::string{text_at(*found, {"name"})} : "none";
}

bool Workload::has_sidecars() const {
  const auto* containers = containers_of(pod_template());
  return containers != nullptr && containers->size() > 1;
}

std::string Workload::script() const {
  const Json* main = container();
  const Json* command = main != nullptr ? base::find(*main, {"command"}) : nullptr;
  if (command == nullptr || !command->is_array() || command->get_array().size() != 3) {
    return {};
  }
  const auto& words = command->get_array();
  const bool fits = words[0].is_string() && words[1] == "-c" && words[2].is_string();
  return fits ? std::string{words[2].get_string()} : std::string{};
}

boost::asio::awaitable<void> Workload::refresh(Surroundings& surroundings) {
  const bool complete = co_await refresh_configs(surroundings.cluster);
  co_await refresh_code(surroundings);
  if (!complete && !inputs_.empty()) {
    co_return;  // what runs goes on with what it has
  }
  std::uint64_t hash = text_hash(file_hash_);
  for (const auto& [key, config] : configs_) {
    hash = text_hash(cluster::to_string(key), hash);
    for (const auto& [name, value] : values_of(*config)) {
      hash = text_hash(name + '\0' + value + '\0', hash);
    }
  }
  inputs_ = hex(hash, 10);
}

boost::asio::awaitable<bool> Workload::refresh_configs(cluster::Cluster& cluster) {
  const Json* main = container();
  if (main == nullptr) {
    co_return true;
  }
  // Like a pod of it as far as references go.
  Json pod = pod_template();
  pod.as_object()["metadata"] = object_->at("metadata");
  Configs found;
  bool complete = true;
  for (const cluster::Key& key : referenced_configs(pod, *main)) {
    if (auto object = co_await cluster.get(key)) {
      found[key] = *object;
    } else {
      complete = false;
    }
  }
  configs_ = std::move(found);
  co_return complete;
}

boost::asio::awaitable<void> Workload::refresh_code(Surroundings& surroundings) {
  const auto named = function_file(script());
  if (!named) {
    code_ = {};
    file_hash_.clear();
    co_return;
  }
  std::string wanted = *named;
  std::string location;
  if (const auto owner = owner_of(*object_)) {
    if (const auto resource = co_await surroundings.cluster.get(*owner)) {
      for (const auto& [name, file, place] : sections) {
        if (const Json* section = base::find(**resource, {"spec", name})) {
          wanted = text_at(*section, {file}, wanted);
          location = text_at(*section, {place});
          break;
        }
      }
    }
  }
  if (code_.named != *named || code_.location != location || wanted_file_ != wanted) {
    code_ = {.named = *named, .location = location, .found = {}, .copy = {}, .problem = {}};
    wanted_file_ = wanted;
    stamp_ = {};
    file_hash_.clear();
  }
  if (location.empty()) {
    look_up_file(surroundings);
  }
}

void Workload::look_up_file(Surroundings& surroundings) {
  const FileSearch search = find_function_file(wanted_file_, surroundings.options.search_folders,
                                               surroundings.options.runner_home);
  if (!search.found) {
    // A copy from before stays in use: builds remove what they are about to write.
    if (code_.copy.empty()) {
      code_.problem = not_found_message(wanted_file_, search);
    }
    return;
  }
  const FileStamp stamp = stamp_of(*search.found);
  if (code_.found == *search.found && stamp == stamp_) {
    return;
  }
  const auto hash = FileStore::hash_of(*search.found);
  if (!hash) {
    code_.problem = hash.error().message;
    return;
  }
  // Without room for a copy the file itself has to do.
  code_.copy = surroundings.files.keep(*search.found, *hash).value_or(*search.found);
  code_.found = *search.found;
  code_.problem.clear();
  file_hash_ = *hash;
  stamp_ = stamp;
  seen_ = stamp;
}

bool Workload::file_changed(const Surroundings& surroundings) {
  if (code_.named.empty() || !code_.location.empty()) {
    return false;
  }
  if (code_.copy.empty()) {
    return find_function_file(wanted_file_, surroundings.options.search_folders,
                              surroundings.options.runner_home)
        .found.has_value();
  }
  const FileStamp now = stamp_of(code_.found);
  const bool at_rest = now == seen_;
  seen_ = now;
  return at_rest && now != stamp_ && now.size >= 0;
}

}  // namespace functionmesh::local
