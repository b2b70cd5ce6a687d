#include "render/autoscaler.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "render/resources.hpp"

namespace functionmesh::render {
namespace {

struct Rule {
  std::string_view name;
  std::string_view resource;
  int percent;
};

constexpr std::array kRules{
    Rule{"AverageUtilizationCPUPercent80", "cpu", 80},
    Rule{"AverageUtilizationCPUPercent50", "cpu", 50},
    Rule{"AverageUtilizationCPUPercent20", "cpu", 20},
    Rule{"AverageUtilizationMemoryPercent80", "memory", 80},
    Rule{"AverageUtilizationMemoryPercent50", "memory", 50},
    Rule{"AverageUtilizationMemoryPercent20", "memory", 20},
};

/// The autoscaler counts in percent of what is requested; a rule means percent of the limit.
std::int64_t of_request(const api::ComponentSpec& spec, std::string_view resource, int percent) {
  const auto limit = amount_of(spec.resources, "limits", resource);
  const auto request = amount_of(spec.resources, "requests", resource);
  if (!limit || !request || limit->value() <= 0 || request->value() <= 0) {
    return percent;
  }
  constexpr double kLargest = 2147483647;
  return static_cast<std::int64_t>(std::min(kLargest, percent * limit->value() / request->value()));
}

api::JsonObject utilization(const api::ComponentSpec& spec, std::string_view resource,
                            int percent) {
  return {
      {"type", "Resource"},
      {"resource",
       api::JsonObject{
           {"name", resource},
           {"target", api::JsonObject{{"type", "Utilization"},
                                      {"averageUtilization", of_request(spec, resource, percent)}}},
       }},
  };
}

/// The first rule for each of CPU and memory, in the order in which they are asked for: an
/// autoscaler whose metrics only changed places would be written again.
api::JsonArray built_in_metrics(const api::ComponentSpec& spec) {
  api::JsonArray metrics;
  std::set<std::string_view> ruled;
  for (const std::string& wanted : spec.pod.builtin_autoscaler) {
    const auto rule = std::ranges::find(kRules, wanted, &Rule::name);
    if (rule != kRules.end() && ruled.insert(rule->resource).second) {
      metrics.push_back(utilization(spec, rule->resource, rule->percent));
    }
  }
  return metrics;
}

api::JsonArray metrics_of(const api::ComponentSpec& spec) {
  const api::PodPolicy& pod = spec.pod;
  const bool can_scale = *spec.max_replicas > spec.min_replicas.value_or(1);
  if (!can_scale) {
    return pod.auto_scaling_metrics;
  }
  if (!pod.builtin_autoscaler.empty()) {
    return built_in_metrics(spec);
  }
  if (pod.auto_scaling_metrics.empty() && !pod.auto_scaling_behavior) {
    return {utilization(spec, "cpu", 80)};
  }
  return pod.auto_scaling_metrics;
}

/// The object that is scaled.
api::JsonObject target(const Context& context) {
  return {
      {"apiVersion", api::kApiVersion},
      {"kind", context.traits.kind},
      {"name", context.component.metadata.name},
  };
}

api::JsonObject scaler_metadata(const Context& context) {
  const api::Component& component = context.component;
  return object_metadata(component, workload_name(component.kind, component.metadata.name),
                         selector_labels(component.kind, component.metadata));
}

}  // namespace

std::optional<api::Json> autoscaler(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  if (!spec.max_replicas) {
    return std::nullopt;
  }
  api::JsonObject scaler{
      {"scaleTargetRef", target(context)},
      {"minReplicas", spec.min_replicas.value_or(1)},
      {"maxReplicas", *spec.max_replicas},
  };
  if (api::JsonArray metrics = metrics_of(spec); !metrics.empty()) {
    scaler.emplace("metrics", std::move(metrics));
  }
  if (spec.pod.auto_scaling_behavior) {
    scaler.emplace("behavior", *spec.pod.auto_scaling_behavior);
  }
  return api::JsonObject{
      {"apiVersion", "autoscaling/v2"},
      {"kind", "HorizontalPodAutoscaler"},
      {"metadata", scaler_metadata(context)},
      {"spec", std::move(scaler)},
  };
}

std::optional<api::Json> vertical_autoscaler(const Context& context) {
  if (!context.spec.pod.vpa) {
    return std::nullopt;
  }
  const api::VpaSpec& vpa = *context.spec.pod.vpa;
  api::JsonObject scaler{{"targetRef", target(context)}};
  if (vpa.update_policy) {
    scaler.emplace("updatePolicy", *vpa.update_policy);
  }
  if (vpa.resource_policy) {
    scaler.emplace("resourcePolicy", *vpa.resource_policy);
  }
  return api::JsonObject{
      {"apiVersion", "autoscaling.k8s.io/v1"},
      {"kind", "VerticalPodAutoscaler"},
      {"metadata", scaler_metadata(context)},
      {"spec", std::move(scaler)},
  };
}

}  // namespace functionmesh::render
