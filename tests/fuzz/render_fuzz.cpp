// Any bytes as a manifest: reading, defaulting, judging and rendering it must never crash or hang,
// and rendering it twice must give the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/resource.hpp"
#include "base/yaml.hpp"
#include "render/render.hpp"

namespace functionmesh {
namespace {

std::string text_of(const render::Objects& objects) {
  std::string text = base::write_json(objects.stateful_set) + base::write_json(objects.service);
  for (const auto* optional :
       {&objects.autoscaler, &objects.vertical_autoscaler, &objects.cleanup_job}) {
    if (*optional) {
      text += base::write_json(**optional);
    }
  }
  return text;
}

void render_one(const api::Component& component, const api::BackendConfig& backend) {
  render::Settings plain;
  render::Settings other;
  other.enable_init_containers = true;
  other.add_default_affinity = false;
  other.run_as_non_root = true;
  other.controller.resource_labels = {{"team", "data"}};
  other.controller.pull_secrets = {"registry"};
  for (const render::Settings& settings : {plain, other}) {
    for (const render::BackendConfigs& configs :
         {render::BackendConfigs{},
          render::BackendConfigs{.global = &backend, .namespaced = &backend}}) {
      const std::string once = text_of(render::render(component, settings, configs));
      if (once != text_of(render::render(component, settings, configs))) {
        std::abort();
      }
    }
  }
}

void try_document(const base::Json& document) {
  if (!document.is_object()) {
    return;
  }
  render::Settings settings;
  api::Problems problems;
  settings = render::settings_of(document, problems);
  if (!api::kind_of(base::text_at(document, {"kind"}))) {
    return;
  }
  api::Resource resource = api::decode(document).resource;
  api::set_defaults(resource);
  (void)api::validate(resource);
  static const api::BackendConfig kNothing;
  if (const auto* component = std::get_if<api::Component>(&resource)) {
    api::BackendConfig same_pod;
    same_pod.pod = component->spec.pod;
    same_pod.env = component->spec.pod.labels;
    render_one(*component, same_pod);
    (void)render::render(*component, settings, {});
  } else if (const auto* mesh = std::get_if<api::Mesh>(&resource)) {
    for (const api::MeshEntry& entry : mesh->functions) {
      const base::Json child = api::mesh_child(*mesh, api::Kind::function, entry);
      api::Resource decoded = api::decode(child).resource;
      api::set_defaults(decoded);
      render_one(std::get<api::Component>(decoded), kNothing);
    }
  }
}

}  // namespace
}  // namespace functionmesh

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto documents = functionmesh::base::parse_yaml(text, "input");
  if (documents) {
    for (const auto& document : *documents) {
      functionmesh::try_document(document.value);
    }
  }
  return 0;
}
