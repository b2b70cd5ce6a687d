#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/resource.hpp"

/// From a resource to the Kubernetes objects it needs.
///
/// Pure: no I/O, no clock, no globals; the same input gives the same bytes, on any thread.
namespace functionmesh::render {

using api::Json;

/// The operator's config file (reference 3.2).
struct ControllerConfig {
  std::string java_image = "streamnative/pulsar-functions-java-runner:2.10.0.0-rc10";
  std::string python_image = "streamnative/pulsar-functions-python-runner:2.10.0.0-rc10";
  std::string go_image = "streamnative/pulsar-functions-go-runner:2.10.0.0-rc10";
  api::StringMap generic_images;  ///< language -> image, over the built-in ones
  std::vector<std::string> pull_secrets;
  std::string pull_policy;
  api::StringMap resource_labels;
  api::StringMap resource_annotations;
};

/// What an operator's flags say about rendering (reference 3.1).
struct Settings {
  bool enable_init_containers = false;
  bool add_default_affinity = true;
  bool run_as_non_root = false;
  std::string global_backend_config;
  std::string global_backend_config_namespace = "default";
  std::string namespaced_backend_config = "backend-config";
  ControllerConfig controller;
};

/// Settings from the JSON of an --operator-config file, over the defaults.
/// Problems name the key; unknown keys and the dead key imagePullPolicy are warnings.
Settings settings_of(const Json& config, api::Problems& problems);

/// The BackendConfigs that apply to one component; nullptr where there is none.
struct BackendConfigs {
  const api::BackendConfig* global = nullptr;
  const api::BackendConfig* namespaced = nullptr;
};

/// The objects of one component. Each carries apiVersion, kind, metadata with labels and owner,
/// spec.
struct Objects {
  Json stateful_set;
  Json service;
  std::optional<Json> autoscaler;           ///< HorizontalPodAutoscaler, when maxReplicas is set
  std::optional<Json> vertical_autoscaler;  ///< VerticalPodAutoscaler, when pod.vpa is set
  std::optional<Json> cleanup_job;          ///< for the deletion, if needs_cleanup(); nullopt when
                                            ///< nothing is to be cleaned
};

/// Expects a component that went through set_defaults() and has no validation errors; for one that
/// does not the objects may be incomplete, but nothing crashes.
Objects render(const api::Component& component, const Settings& settings,
               const BackendConfigs& backend);

/// What the objects of a component are called.
std::string_view component_suffix(api::Kind kind);  // "function"
std::string workload_name(api::Kind kind,
                          std::string_view name);  // "X-function": StatefulSet, HPA, VPA
std::string service_name(api::Kind kind, std::string_view name);      // "X-function-headless"
std::string cleanup_job_name(api::Kind kind, std::string_view name);  // "X-function-cleanup"

/// The labels that select a component's pods (reference 2.2), in the order they are written.
api::StringMap selector_labels(api::Kind kind, const api::Metadata& metadata);

/// True when a deletion of this component first has to clean subscriptions: it asks for that, no
/// annotation refuses it, and it was not made by a functions worker, which cleans up itself
/// (reference 3.8).
bool needs_cleanup(const api::Component& component);

}  // namespace functionmesh::render
