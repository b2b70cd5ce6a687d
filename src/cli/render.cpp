#include "render/render.hpp"

#include "base/yaml.hpp"
#include "cli/commands.hpp"
#include "cli/operator_settings.hpp"
#include "cli/problems.hpp"
#include "cli/terminal.hpp"
#include "manifest/manifests.hpp"

namespace functionmesh::cli {

using manifest::Checked;
using manifest::Manifests;
namespace {

/// The BackendConfigs among the input, as they count for each component.
class Backends {
 public:
  Backends(const std::vector<Checked>& all, const render::Settings& settings)
      : settings_(settings) {
    for (const Checked& checked : all) {
      if (checked.resource) {
        if (const auto* config = std::get_if<api::BackendConfig>(&*checked.resource)) {
          configs_.push_back(config);
        }
      }
    }
  }

  render::BackendConfigs of(const api::Component& component) const {
    return {
        .global = find(settings_.global_backend_config_namespace, settings_.global_backend_config),
        .namespaced = find(component.metadata.namespace_, settings_.namespaced_backend_config)};
  }

 private:
  const api::BackendConfig* find(const std::string& namespace_, const std::string& name) const {
    for (const api::BackendConfig* config : configs_) {
      if (!name.empty() && config->metadata.namespace_ == namespace_ &&
          config->metadata.name == name) {
        return config;
      }
    }
    return nullptr;
  }

  const render::Settings& settings_;
  std::vector<const api::BackendConfig*> configs_;
};

void add_objects(base::JsonArray& items, const api::Component& component,
                 const render::Settings& settings, const Backends& backends) {
  render::Objects objects = render::render(component, settings, backends.of(component));
  items.push_back(std::move(objects.stateful_set));
  items.push_back(std::move(objects.service));
  for (std::optional<base::Json>* optional :
       {&objects.autoscaler, &objects.vertical_autoscaler, &objects.cleanup_job}) {
    if (*optional) {
      items.push_back(std::move(**optional));
    }
  }
}

void add_children(base::JsonArray& items, const api::Mesh& mesh, api::Kind kind,
                  const std::vector<api::MeshEntry>& entries, const render::Settings& settings,
                  const Backends& backends) {
  for (const api::MeshEntry& entry : entries) {
    base::Json child = api::mesh_child(mesh, kind, entry);
    api::Resource resource = api::decode(child).resource;
    api::set_defaults(resource);
    items.push_back(std::move(child));
    add_objects(items, std::get<api::Component>(resource), settings, backends);
  }
}

}  // namespace

int render(const RenderOptions& options) {
  const auto settings = read_operator_settings(options.operator_config);
  const Manifests manifests = manifest::read_manifests(options.files);
  const std::vector<Checked> all = manifest::check(manifests.objects);
  if (!print_problems(manifests, all) || !settings) {
    return kProblems;
  }

  const Backends backends{all, *settings};
  base::JsonArray items;
  for (const Checked& checked : all) {
    if (!checked.resource) {
      continue;
    }
    if (const auto* component = std::get_if<api::Component>(&*checked.resource)) {
      add_objects(items, *component, *settings, backends);
    } else if (const auto* mesh = std::get_if<api::Mesh>(&*checked.resource)) {
      add_children(items, *mesh, api::Kind::function, mesh->functions, *settings, backends);
      add_children(items, *mesh, api::Kind::source, mesh->sources, *settings, backends);
      add_children(items, *mesh, api::Kind::sink, mesh->sinks, *settings, backends);
    }
  }
  const base::Json list =
      base::JsonObject{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
  print(options.output == "json" ? base::write_json(list, base::Layout::indented) + "\n"
                                 : base::write_yaml(list));
  return kOk;
}

}  // namespace functionmesh::cli
