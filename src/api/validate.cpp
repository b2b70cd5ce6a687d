#include <algorithm>
#include <functional>
#include <set>

#include "api/rules.hpp"

namespace functionmesh::api {
namespace {

void check_backend_config(const BackendConfig& config, Problems& problems) {
  check_plain_name(config.metadata, problems);
  Report report{"spec", problems};
  const PodPolicy& pod = config.pod;
  check_pod(pod, report);
  const auto ignored = [&](bool given, std::string_view field) {
    if (given) {
      report.warn("pod." + std::string{field},
                  "has no effect in a BackendConfig; set it on the resources");
    }
  };
  ignored(!pod.volumes.empty(), "volumes");
  ignored(!pod.init_containers.empty(), "initContainers");
  ignored(!pod.sidecars.empty(), "sidecars");
  ignored(!pod.builtin_autoscaler.empty(), "builtinAutoscaler");
  ignored(!pod.auto_scaling_metrics.empty(), "autoScalingMetrics");
  ignored(pod.auto_scaling_behavior.has_value(), "autoScalingBehavior");
  ignored(pod.vpa.has_value(), "vpa");
  ignored(pod.disable_default_affinity, "disableDefaultAffinity");
  if (!pod.env.empty()) {
    report.warn("pod.env", "has no effect in a BackendConfig; use spec.env");
  }
}

// What Kubernetes itself makes impossible to change.
void check_change(const Component& component, const Component& previous, Problems& problems) {
  const Json now(component.spec.volume_claim_templates);
  const Json before(previous.spec.volume_claim_templates);
  if (!base::equal(now, before)) {
    problems.errors.push_back({"spec.volumeClaimTemplates",
                               "cannot be changed: a StatefulSet keeps the volumes that it was "
                               "made with; create the function anew, under another name or after "
                               "deleting it"});
  }
}

/// The fields that decoding found errors in.
class Fields {
 public:
  explicit Fields(const std::vector<Problem>& errors) {
    for (const Problem& error : errors) {
      fields_.insert(error.field);
    }
  }

  /// Whether one of them is this field, or one that it is a part of.
  bool cover(std::string_view field) const {
    for (std::size_t end = 0; end < field.size(); ++end) {
      if ((field[end] == '.' || field[end] == '[') && fields_.contains(field.substr(0, end))) {
        return true;
      }
    }
    return fields_.contains(field);
  }

  /// Whether one of them is a part of this field.
  bool are_below(const std::string& field) const {
    return std::ranges::any_of(std::initializer_list<char>{'.', '['}, [&](char step) {
      const auto next = fields_.lower_bound(field + step);
      return next != fields_.end() && next->starts_with(field + step);
    });
  }

 private:
  std::set<std::string, std::less<>> fields_;
};

// spec, or spec.functions[1]: rules about these do not follow from one field in them.
bool is_whole_spec(std::string_view field) {
  return field == "spec" || (field.ends_with(']') && std::ranges::count(field, '.') == 1);
}

}  // namespace

void check_component(const Subject& subject, Report& report) {
  check_runtime(subject, report);
  check_connector_config(subject, report);
  check_messaging(subject, report);
  check_input(subject, report);
  check_output(subject, report);
  check_log_topic(subject, report);
  check_delivery(subject, report);
  check_window(subject, report);
  check_state(subject, report);
  check_replicas(subject, report);
  check_autoscaling(subject, report);
  check_resources(subject, report);
  check_pod(subject.spec.pod, report);
  check_volumes(subject, report);
  check_secrets(subject, report);
  check_go_limits(subject, report);
}

Problems validate(const Resource& resource, const Resource* previous) {
  Problems problems;
  if (const auto* component = std::get_if<Component>(&resource)) {
    check_component_name(component->metadata, problems);
    Report report{"spec", problems};
    const auto* before = previous == nullptr ? nullptr : std::get_if<Component>(previous);
    const bool keeps_replicas =
        before != nullptr && before->spec.replicas == component->spec.replicas;
    check_component({component->kind, component->spec, keeps_replicas}, report);
    if (before != nullptr) {
      check_change(*component, *before, problems);
    }
  } else if (const auto* mesh = std::get_if<Mesh>(&resource)) {
    check_mesh(*mesh, problems);
  } else {
    check_backend_config(std::get<BackendConfig>(resource), problems);
  }
  return problems;
}

Decoded check(const Json& value, const Resource* previous) {
  Decoded decoded = decode(value);
  set_defaults(decoded.resource);
  Problems more = validate(decoded.resource, previous);
  const Fields known{decoded.problems.errors};
  std::vector<Problem> errors;
  for (Problem& problem : more.errors) {
    const bool follows = known.cover(problem.field) ||
                         (!is_whole_spec(problem.field) && known.are_below(problem.field));
    if (!follows) {
      errors.push_back(std::move(problem));
    }
  }
  std::ranges::move(errors, std::back_inserter(decoded.problems.errors));
  std::ranges::move(more.warnings, std::back_inserter(decoded.problems.warnings));
  return decoded;
}

}  // namespace functionmesh::api
