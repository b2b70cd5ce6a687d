#include "render/pod_template.hpp"

#include "render/download.hpp"
#include "render/env.hpp"
#include "render/filebeat.hpp"
#include "render/main_container.hpp"
#include "render/volumes.hpp"

namespace functionmesh::render {
namespace {

/// Labels without the BackendConfigs': those the default anti-affinity looks for. The selector's
/// own stay as they are, or the workload would not find its pods.
api::StringMap own_labels(const Context& context) {
  api::StringMap labels = context.settings.controller.resource_labels;
  for (const auto& [key, value] : context.spec.pod.labels) {
    labels[key] = value;
  }
  for (const auto& [key, value] :
       selector_labels(context.component.kind, context.component.metadata)) {
    labels[key] = value;
  }
  return labels;
}

api::StringMap annotations(const Context& context, const BackendDefaults& backend) {
  api::StringMap all{{"prometheus.io/scrape", "true"}, {"prometheus.io/port", "9094"}};
  for (const auto& [key, value] : context.settings.controller.resource_annotations) {
    all[key] = value;
  }
  for (const auto& [key, value] : context.spec.pod.annotations) {
    all[key] = value;
  }
  all.insert(backend.annotations.begin(), backend.annotations.end());
  return all;
}

/// Rather not two pods of one component on one node.
api::JsonObject spread_term(const api::StringMap& labels) {
  return {
      {"weight", 100},
      {"podAffinityTerm",
       api::JsonObject{
           {"labelSelector", api::JsonObject{{"matchLabels", to_json(labels)}}},
           {"topologyKey", "kubernetes.io/hostname"},
       }},
  };
}

api::JsonObject& object_at(api::JsonObject& parent, std::string_view key) {
  api::Json& member = parent[key];
  return member.is_object() ? member.get_object() : member.emplace_object();
}

void add_default_affinity(api::JsonObject& affinity, const api::StringMap& labels) {
  api::Json& terms =
      object_at(affinity, "podAntiAffinity")["preferredDuringSchedulingIgnoredDuringExecution"];
  if (!terms.is_array()) {
    terms.emplace_array();
  }
  // The reference operator wrote its term back into resources, some of them several times.
  const api::Json term = spread_term(labels);
  api::JsonArray kept;
  for (api::Json& one : terms.get_array()) {
    if (!base::equal(one, term)) {
      kept.push_back(std::move(one));
    }
  }
  kept.push_back(term);
  terms = std::move(kept);
}

api::JsonObject default_security_context(const Settings& settings) {
  return {
      {"runAsUser", 10000},
      {"runAsGroup", 10001},
      {"fsGroup", 10001},
      {"runAsNonRoot", settings.run_as_non_root},
      {"seccompProfile", api::JsonObject{{"type", "RuntimeDefault"}}},
  };
}

template <typename T>
const std::optional<T>& first_of(const std::optional<T>& own, const std::optional<T>& fallback) {
  return own ? own : fallback;
}

api::JsonArray containers(const Context& context, const BackendDefaults& backend) {
  api::JsonArray all = context.spec.pod.sidecars;
  all.push_back(main_container(context, backend));
  if (auto filebeat = filebeat_container(context.spec)) {
    all.push_back(*std::move(filebeat));
  }
  for (api::Json& container : all) {
    prepend_env(container, backend.env);
  }
  return all;
}

api::JsonArray init_containers(const Context& context) {
  api::JsonArray all = context.spec.pod.init_containers;
  if (has_downloader(context)) {
    all.push_back(downloader_container(context));
  }
  return all;
}

api::JsonArray image_pull_secrets(const Context& context, const BackendDefaults& backend) {
  UniqueList secrets{"name"};
  secrets.add_all(backend.image_pull_secrets);
  secrets.add_all(context.spec.pod.image_pull_secrets);
  for (const std::string& name : context.settings.controller.pull_secrets) {
    secrets.add(api::JsonObject{{"name", name}});
  }
  return std::move(secrets).take();
}

void add_unless_empty(api::JsonObject& object, std::string_view name, api::JsonArray list) {
  if (!list.empty()) {
    object.emplace(name, std::move(list));
  }
}

}  // namespace

std::optional<api::JsonObject> affinity_of(const Context& context, const BackendDefaults& backend) {
  return first_of(context.spec.pod.affinity, backend.affinity);
}

api::JsonObject pod_basics(const Context& context, const BackendDefaults& backend) {
  const api::PodPolicy& pod = context.spec.pod;
  api::JsonObject basics;
  const auto& security = first_of(pod.security_context, backend.security_context);
  basics.emplace("securityContext",
                 security ? *security : default_security_context(context.settings));

  api::StringMap node_selector = pod.node_selector;
  node_selector.insert(backend.node_selector.begin(), backend.node_selector.end());
  if (!node_selector.empty()) {
    basics.emplace("nodeSelector", to_json(node_selector));
  }
  api::JsonArray tolerations = backend.tolerations;
  for (const api::Json& toleration : pod.tolerations) {
    tolerations.push_back(toleration);
  }
  add_unless_empty(basics, "tolerations", std::move(tolerations));
  add_unless_empty(basics, "imagePullSecrets", image_pull_secrets(context, backend));
  const std::string& account =
      pod.service_account_name.empty() ? backend.service_account_name : pod.service_account_name;
  if (!account.empty()) {
    basics.emplace("serviceAccountName", account);
  }
  return basics;
}

api::JsonObject pod_template(const Context& context, const BackendDefaults& backend) {
  const api::PodPolicy& pod = context.spec.pod;
  api::JsonObject spec = pod_basics(context, backend);
  const api::StringMap labels = own_labels(context);

  std::optional<api::JsonObject> affinity = affinity_of(context, backend);
  if (context.settings.add_default_affinity && !pod.disable_default_affinity) {
    affinity = affinity.value_or(api::JsonObject{});
    add_default_affinity(*affinity, labels);
  }
  if (affinity) {
    spec.emplace("affinity", *std::move(affinity));
  }
  if (const auto& grace = first_of(pod.termination_grace_period_seconds,
                                   backend.termination_grace_period_seconds)) {
    spec.emplace("terminationGracePeriodSeconds", *grace);
  }
  add_unless_empty(spec, "initContainers", init_containers(context));
  spec.emplace("containers", containers(context, backend));
  add_unless_empty(spec, "volumes", pod_volumes(context));

  api::StringMap all_labels = labels;
  all_labels.insert(backend.labels.begin(), backend.labels.end());
  return {
      {"metadata", api::JsonObject{{"labels", to_json(all_labels)},
                                   {"annotations", to_json(annotations(context, backend))}}},
      {"spec", std::move(spec)},
  };
}

}  // namespace functionmesh::render
