#include "render/backend_config.hpp"

namespace functionmesh::render {
namespace {

void override_keys(api::StringMap& into, const api::StringMap& from) {
  for (const auto& [key, value] : from) {
    into[key] = value;
  }
}

void append(api::JsonArray& into, const api::JsonArray& from) {
  for (const api::Json& element : from) {
    into.push_back(element);
  }
}

template <typename T>
void override_value(std::optional<T>& into, const std::optional<T>& from) {
  if (from) {
    into = from;
  }
}

void lay_over(BackendDefaults& defaults, const api::BackendConfig& config) {
  const api::PodPolicy& pod = config.pod;
  override_keys(defaults.env, config.env);
  override_keys(defaults.labels, pod.labels);
  override_keys(defaults.node_selector, pod.node_selector);
  override_keys(defaults.annotations, pod.annotations);
  append(defaults.tolerations, pod.tolerations);
  append(defaults.image_pull_secrets, pod.image_pull_secrets);
  override_value(defaults.affinity, pod.affinity);
  override_value(defaults.security_context, pod.security_context);
  override_value(defaults.termination_grace_period_seconds, pod.termination_grace_period_seconds);
  override_value(defaults.liveness, pod.liveness);
  override_value(defaults.startup_probe, pod.startup_probe);
  if (!pod.service_account_name.empty()) {
    defaults.service_account_name = pod.service_account_name;
  }
}

}  // namespace

BackendDefaults merge(const BackendConfigs& configs) {
  BackendDefaults defaults;
  if (configs.global != nullptr) {
    lay_over(defaults, *configs.global);
  }
  if (configs.namespaced != nullptr) {
    lay_over(defaults, *configs.namespaced);
  }
  return defaults;
}

}  // namespace functionmesh::render
