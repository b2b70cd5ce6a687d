#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "api/resource.hpp"
#include "base/json.hpp"
#include "base/shell.hpp"
#include "base/yaml.hpp"
#include "render/render.hpp"

namespace functionmesh::render {

inline Json json_of(std::string_view yaml) {
  auto documents = base::parse_yaml(yaml, "test.yaml");
  if (!documents || documents->empty()) {
    ADD_FAILURE() << (documents ? "no document" : documents.error()) << "\n" << yaml;
    return base::JsonObject{};
  }
  return std::move(documents->front().value);
}

/// `spec` laid over a small valid one of that kind, as it is after admission.
inline api::Component component_of(std::string_view kind, std::string_view spec = "{}") {
  Json json = json_of(kind == "Function" ? R"(
kind: Function
metadata: {name: fn, namespace: team}
spec:
  className: C
  java: {jar: /pulsar/fn.jar}
  input: {topics: [in]}
  output: {topic: out}
  pulsar: {pulsarConfig: pulsar}
)"
                                         : R"(
metadata: {name: fn, namespace: team}
spec:
  className: C
  java: {jar: /pulsar/fn.nar}
  input: {topics: [in]}
  output: {topic: out}
  sourceConfig: {}
  sinkConfig: {}
  pulsar: {pulsarConfig: pulsar}
)");
  json.as_object()["kind"] = kind;
  if (kind != "Sink") {
    json.at("spec").as_object().erase("sinkConfig");
  }
  if (kind != "Source") {
    json.at("spec").as_object().erase("sourceConfig");
  }
  base::merge_patch(json.at("spec"), json_of(spec));
  api::Resource resource = api::decode(json).resource;
  api::set_defaults(resource);
  return std::get<api::Component>(resource);
}

inline api::Component function_of(std::string_view spec = "{}") {
  return component_of("Function", spec);
}

inline api::BackendConfig backend_of(std::string_view spec) {
  const Json json = base::JsonObject{
      {"kind", "BackendConfig"}, {"metadata", {{"name", "backend"}}}, {"spec", json_of(spec)}};
  return std::get<api::BackendConfig>(api::decode(json).resource);
}

inline Objects rendered(const api::Component& component) {
  return render(component, Settings{}, {});
}

inline const Json& at(const Json& value, std::initializer_list<std::string_view> path) {
  static const Json kNothing;
  const Json* found = base::find(value, path);
  return found == nullptr ? kNothing : *found;
}

inline const Json& pod_spec(const Objects& objects) {
  return at(objects.stateful_set, {"spec", "template", "spec"});
}

inline const Json& named(const Json& list, std::string_view name) {
  static const Json kNothing;
  if (list.is_array()) {
    for (const Json& element : list.get_array()) {
      if (base::text_at(element, {"name"}) == name) {
        return element;
      }
    }
  }
  return kNothing;
}

inline const Json& main_of(const Objects& objects) {
  return named(at(pod_spec(objects), {"containers"}), "pulsar-function");
}

/// The script of a container whose command is a shell, -c and a script.
inline std::string script_of(const Json& container) {
  const Json& command = at(container, {"command"});
  return command.is_array() && !command.get_array().empty()
             ? std::string{command.get_array().back().as_string()}
             : std::string{};
}

/// The words of the main container's script, quotes removed.
inline std::vector<std::string> main_words(const Objects& objects) {
  return base::shell_words(script_of(main_of(objects))).value_or(std::vector<std::string>{});
}

/// The word after `option`, or "" when there is none.
inline std::string word_after(const std::vector<std::string>& words, std::string_view option) {
  const auto found = std::ranges::find(words, option);
  return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
}

inline Json details_of(const Objects& objects) {
  return base::parse_json(word_after(main_words(objects), "--function_details")).value_or(Json{});
}

}  // namespace functionmesh::render
