#include "render/render.hpp"

#include "render/autoscaler.hpp"
#include "render/backend_config.hpp"
#include "render/cleanup.hpp"
#include "render/main_container.hpp"
#include "render/map_lists.hpp"
#include "render/pod_template.hpp"

namespace functionmesh::render {
namespace {

api::Json stateful_set(const Context& context, const BackendDefaults& backend) {
  const api::Component& component = context.component;
  const api::Metadata& metadata = component.metadata;
  const api::StringMap labels = selector_labels(component.kind, metadata);
  api::JsonObject spec{
      {"replicas", context.spec.replicas.value_or(1)},
      {"selector", api::JsonObject{{"matchLabels", to_json(labels)}}},
      {"serviceName", service_name(component.kind, metadata.name)},
      {"podManagementPolicy", "Parallel"},
      {"updateStrategy", api::JsonObject{{"type", "RollingUpdate"}}},
      {"template", pod_template(context, backend)},
  };
  if (!context.spec.volume_claim_templates.empty()) {
    spec.emplace("volumeClaimTemplates", context.spec.volume_claim_templates);
  }
  if (const auto& policy = context.spec.persistent_volume_claim_retention_policy) {
    spec.emplace("persistentVolumeClaimRetentionPolicy", *policy);
  }
  return api::JsonObject{
      {"apiVersion", "apps/v1"},
      {"kind", "StatefulSet"},
      {"metadata",
       object_metadata(component, workload_name(component.kind, metadata.name), labels)},
      {"spec", std::move(spec)},
  };
}

api::JsonObject service_port(std::string_view name, int number) {
  return {{"name", name}, {"port", number}, {"targetPort", number}};
}

api::Json headless_service(const Context& context) {
  const api::Component& component = context.component;
  const api::StringMap labels = selector_labels(component.kind, component.metadata);
  return api::JsonObject{
      {"apiVersion", "v1"},
      {"kind", "Service"},
      {"metadata",
       object_metadata(component, service_name(component.kind, component.metadata.name), labels)},
      {"spec",
       api::JsonObject{
           {"clusterIP", "None"},
           {"ports", api::JsonArray{service_port("tcp-grpc", kGrpcPort),
                                    service_port("http-metrics", kMetricsPort)}},
           {"selector", to_json(labels)},
       }},
  };
}

api::JsonObject& pod_spec_of(api::Json& workload) {
  return base::find(workload, {"spec", "template", "spec"})->get_object();
}

}  // namespace

Objects render(const api::Component& component, const Settings& settings,
               const BackendConfigs& backend) {
  const Context context{component, settings};
  const BackendDefaults defaults = merge(backend);
  Objects objects{
      .stateful_set = stateful_set(context, defaults),
      .service = headless_service(context),
      .autoscaler = autoscaler(context),
      .vertical_autoscaler = vertical_autoscaler(context),
      .cleanup_job = cleanup_job(context, defaults),
  };
  drop_duplicate_keys(pod_spec_of(objects.stateful_set));
  if (objects.cleanup_job) {
    drop_duplicate_keys(pod_spec_of(*objects.cleanup_job));
  }
  return objects;
}

}  // namespace functionmesh::render
