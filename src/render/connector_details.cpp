#include "render/connector_details.hpp"

#include "render/details_json.hpp"

namespace functionmesh::render {
namespace {

constexpr std::string_view kBuiltinScheme = "builtin://";

/// Names that say which connector it is, not how it works.
bool names_the_connector(std::string_view key) {
  return key == "archive" || key == "builtin" || key == "className" || key == "typeClassName";
}

struct Replacement {
  std::string builtin;
  std::string class_name;
  std::string type_class_name;
  api::JsonObject configs;
};

std::string_view text_in(const api::Connector& connector, std::string_view key) {
  const api::Json* value = connector.configs ? connector.configs->if_contains(key) : nullptr;
  return value != nullptr && value->is_string() ? std::string_view{value->get_string()}
                                                : std::string_view{};
}

void merge_configs(api::JsonObject& into, const api::JsonObject& configs) {
  for (const auto& [key, value] : configs) {
    if (!names_the_connector(key) && !value.is_null()) {
      into[key] = value;
    }
  }
}

/// Each fact is taken from the connector's own field, else from the member of that name in its
/// configs; a nested `configs` object lies under the other members.
Replacement replacement_of(const api::Connector& connector) {
  Replacement replacement;
  replacement.builtin = connector.connector_type;
  if (replacement.builtin.empty()) {
    replacement.builtin = text_in(connector, "builtin");
  }
  if (replacement.builtin.empty()) {
    std::string_view archive = text_in(connector, "archive");
    if (archive.starts_with(kBuiltinScheme)) {
      archive.remove_prefix(kBuiltinScheme.size());
    }
    replacement.builtin = archive;
  }
  replacement.class_name =
      connector.class_name.empty() ? text_in(connector, "className") : connector.class_name;
  replacement.type_class_name = connector.type_class_name.empty()
                                    ? text_in(connector, "typeClassName")
                                    : connector.type_class_name;
  if (connector.configs) {
    const api::Json* nested = connector.configs->if_contains("configs");
    if (nested != nullptr && nested->is_object()) {
      merge_configs(replacement.configs, nested->get_object());
      api::JsonObject rest = *connector.configs;
      rest.erase("configs");
      merge_configs(replacement.configs, rest);
    } else {
      merge_configs(replacement.configs, *connector.configs);
    }
  }
  return replacement;
}

void apply(api::JsonObject& end, const Replacement& replacement, const std::string& configs) {
  const auto set = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      end[name] = value;
    }
  };
  set("className", replacement.class_name);
  set("configs", configs);
  set("builtin", replacement.builtin);
  if (!end.contains("typeClassName")) {
    set("typeClassName", replacement.type_class_name);
  }
}

/// What is passed on when only the connector's name was in its configs: all of them, as they are.
std::string configs_text(const Replacement& replacement, const api::Connector& connector) {
  return replacement.configs.empty() ? canonical_text(connector.configs)
                                     : canonical_text(replacement.configs);
}

}  // namespace

void replace_source(api::JsonObject& source, const api::Connector& connector) {
  const Replacement replacement = replacement_of(connector);
  apply(source, replacement, configs_text(replacement, connector));
}

void replace_sink(api::JsonObject& sink, const api::Connector& connector) {
  Replacement replacement = replacement_of(connector);
  if (!replacement.builtin.empty() && !replacement.configs.contains("sinkType")) {
    replacement.configs["sinkType"] = replacement.builtin;
  }
  apply(sink, replacement, configs_text(replacement, connector));
}

}  // namespace functionmesh::render
