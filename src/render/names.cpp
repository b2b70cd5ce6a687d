#include "render/names.hpp"

#include "render/render.hpp"

namespace functionmesh::render {
namespace {

constexpr KindTraits kFunction{.kind = "Function",
                               .suffix = "function",
                               .component_type = "FUNCTION",
                               .container = "pulsar-function",
                               .reads_topics = true,
                               .writes_topics = true,
                               .has_app_labels = true};
constexpr KindTraits kSource{.kind = "Source",
                             .suffix = "source",
                             .component_type = "SOURCE",
                             .container = "pulsar-source",
                             .reads_topics = false,
                             .writes_topics = true,
                             .has_app_labels = false};
constexpr KindTraits kSink{.kind = "Sink",
                           .suffix = "sink",
                           .component_type = "SINK",
                           .container = "pulsar-sink",
                           .reads_topics = true,
                           .writes_topics = false,
                           .has_app_labels = false};

constexpr std::size_t kLongestVolumeName = 63;

}  // namespace

const KindTraits& traits_of(api::Kind kind) {
  switch (kind) {
    case api::Kind::source:
      return kSource;
    case api::Kind::sink:
      return kSink;
    default:
      return kFunction;
  }
}

std::string_view component_suffix(api::Kind kind) {
  return traits_of(kind).suffix;
}

std::string workload_name(api::Kind kind, std::string_view name) {
  std::string full{name};
  full += '-';
  full += component_suffix(kind);
  return full;
}

std::string service_name(api::Kind kind, std::string_view name) {
  return workload_name(kind, name) + "-headless";
}

std::string cleanup_job_name(api::Kind kind, std::string_view name) {
  return workload_name(kind, name) + "-cleanup";
}

api::StringMap selector_labels(api::Kind kind, const api::Metadata& metadata) {
  const KindTraits& traits = traits_of(kind);
  const std::string workload = workload_name(kind, metadata.name);
  api::StringMap labels{
      {"app.kubernetes.io/instance", workload},
      {"app.kubernetes.io/name", workload},
      {"component", std::string{traits.suffix}},
      {"compute.functionmesh.io/component", std::string{traits.suffix}},
      {"compute.functionmesh.io/name", metadata.name},
      {"compute.functionmesh.io/namespace", metadata.namespace_},
      {"name", metadata.name},
      {"namespace", metadata.namespace_},
  };
  if (traits.has_app_labels) {
    labels["app"] = "function-mesh";
    labels["compute.functionmesh.io/app"] = "function-mesh";
  }
  return labels;
}

api::StringMap cleanup_labels(api::Kind kind, const api::Metadata& metadata) {
  const std::string job = cleanup_job_name(kind, metadata.name);
  return {
      {"app.kubernetes.io/instance", job},
      {"app.kubernetes.io/name", job},
      {"compute.functionmesh.io/component", std::string{component_suffix(kind)} + "-cleanup"},
      {"compute.functionmesh.io/name", metadata.name},
      {"compute.functionmesh.io/namespace", metadata.namespace_},
      {"owner", metadata.uid},
  };
}

api::JsonObject object_metadata(const api::Component& component, std::string_view name,
                                const api::StringMap& labels) {
  const api::Metadata& owner = component.metadata;
  return {
      {"name", name},
      {"namespace", owner.namespace_},
      {"labels", to_json(labels)},
      {"ownerReferences", api::JsonArray{api::JsonObject{
                              {"apiVersion", api::kApiVersion},
                              {"kind", traits_of(component.kind).kind},
                              {"name", owner.name},
                              {"uid", owner.uid},
                              {"controller", true},
                              {"blockOwnerDeletion", true},
                          }}},
  };
}

std::string volume_name(std::string_view text) {
  std::string name;
  bool replacing = false;  // a run of other characters becomes one dash
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      name.push_back(c);
    } else if (!replacing) {
      name.push_back('-');
    }
    replacing = !plain;
  }
  name.resize(std::min(name.size(), kLongestVolumeName));
  while (name.ends_with('-')) {
    name.pop_back();
  }
  name.erase(0, name.find_first_not_of('-'));
  return name.empty() ? "volume" : name;
}

api::JsonObject to_json(const api::StringMap& map) {
  api::JsonObject object;
  object.reserve(map.size());
  for (const auto& [key, value] : map) {
    object.emplace(key, value);
  }
  return object;
}

}  // namespace functionmesh::render
