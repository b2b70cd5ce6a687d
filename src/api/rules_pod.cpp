#include <algorithm>
#include <array>
#include <set>

#include "api/rules.hpp"
#include "base/quantity.hpp"

namespace functionmesh::api {
namespace {

using base::Quantity;

constexpr std::string_view kCpuRule = "AverageUtilizationCPUPercent";
constexpr std::string_view kMemoryRule = "AverageUtilizationMemoryPercent";
constexpr std::array<std::string_view, 3> kPercents{"80", "50", "20"};

bool is_rule(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) &&
         std::ranges::find(kPercents, text.substr(prefix.size())) != kPercents.end();
}

// As the user wrote it, as a string or as a number.
std::string text_of(const Json& value) {
  return value.is_string() ? std::string{std::string_view{value.get_string()}}
                           : base::write_json(value);
}

std::optional<Quantity> amount_of(const Json& value) {
  const auto amount = Quantity::parse(text_of(value));
  return amount ? std::optional{*amount} : std::nullopt;
}

const JsonObject& amounts(const JsonObject& resources, std::string_view side) {
  static const JsonObject kNone;
  const Json* value = resources.if_contains(side);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string field_of(std::string_view side, std::string_view name) {
  std::string field = "resources." + std::string{side};
  base::append_step(field, name);
  return field;
}

// Negative amounts of these have always been refused; of others Kubernetes refuses the pods.
bool is_judged(std::string_view name) {
  return name == "cpu" || name == "memory" || name == "storage";
}

void check_side(const JsonObject& resources, std::string_view side, Report& report) {
  const Quantity none = Quantity::of_units(0);
  for (const auto& [name, value] : amounts(resources, side)) {
    const auto amount = amount_of(value);
    if (!amount) {
      continue;  // decoding has said so
    }
    if (name == "memory" && *amount <= none) {
      report.error(field_of(side, name), "must be more than 0, is " + text_of(value));
    } else if (*amount < none) {
      report.error_if(is_judged(name), field_of(side, name),
                      "must be 0 or more, is " + text_of(value));
    }
  }
}

void check_vpa(const Subject& subject, Report& report) {
  const auto& vpa = subject.spec.pod.vpa;
  if (!vpa) {
    return;
  }
  if (subject.spec.max_replicas) {
    report.error("pod.vpa",
                 "is not possible together with maxReplicas: scale either the pods' "
                 "resources or their number");
  }
  if (!vpa->resource_policy) {
    return;
  }
  const Json* policies = vpa->resource_policy->if_contains("containerPolicies");
  if (policies == nullptr || !policies->is_array()) {
    return;
  }
  for (std::size_t i = 0; i < policies->get_array().size(); ++i) {
    if (base::text_at(policies->get_array()[i], {"containerName"}).empty()) {
      report.error(
          "pod.vpa.resourcePolicy.containerPolicies[" + std::to_string(i) + "].containerName",
          "is required: the container that the policy is for, or \"*\"");
    }
  }
}

void check_builtin_rules(const Subject& subject, Report& report) {
  const std::vector<std::string>& rules = subject.spec.pod.builtin_autoscaler;
  std::ptrdiff_t cpu = 0;
  std::ptrdiff_t memory = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool of_cpu = is_rule(rules[i], kCpuRule);
    const bool of_memory = is_rule(rules[i], kMemoryRule);
    cpu += of_cpu ? 1 : 0;
    memory += of_memory ? 1 : 0;
    if (!of_cpu && !of_memory) {
      report.warn("pod.builtinAutoscaler[" + std::to_string(i) + "]",
                  "\"" + rules[i] + "\" is no built-in rule and has no effect; there are " +
                      std::string{kCpuRule} + " and " + std::string{kMemoryRule} +
                      " with 80, 50 or 20 behind");
    }
  }
  if (cpu > 1 || memory > 1) {
    report.error_if(
        subject.function(), "pod.builtinAutoscaler",
        "has more than one rule for " + std::string{cpu > 1 ? "CPU" : "memory"} + "; choose one");
  }
}

std::string name_of(const Json& object) {
  return std::string{base::text_at(object, {"name"})};
}

}  // namespace

void check_replicas(const Subject& subject, Report& report) {
  const ComponentSpec& spec = subject.spec;
  const std::int32_t replicas = spec.replicas.value_or(1);
  const std::int32_t least = spec.min_replicas.value_or(1);
  const auto is = [](std::int32_t number) { return " (" + std::to_string(number) + ")"; };
  // Who changes the limits must not be refused for a number that an autoscaler set.
  const bool refused = !subject.keeps_replicas;
  if (replicas < 0) {
    report.error("replicas", "must be 0 or more, is " + std::to_string(replicas));
  }
  if (least <= 0) {
    report.error("minReplicas", "must be 1 or more, is " + std::to_string(least) +
                                    "; to stop all instances set replicas to 0");
  } else if (least > replicas && replicas > 0) {
    report.error_if(refused, "minReplicas",
                    "must be at most replicas" + is(replicas) + ", is " + std::to_string(least));
  }
  if (!spec.max_replicas) {
    return;
  }
  if (replicas > *spec.max_replicas) {
    report.error_if(
        refused, "maxReplicas",
        "must be at least replicas" + is(replicas) + ", is " + std::to_string(*spec.max_replicas));
  }
  if (least > *spec.max_replicas) {
    report.error("minReplicas", "must be at most maxReplicas" + is(*spec.max_replicas) + ", is " +
                                    std::to_string(least));
  }
  if (replicas == 0) {
    report.error_if(least <= 0, "replicas", "is 0: nothing is scaled until it is 1 or more");
  }
}

void check_autoscaling(const Subject& subject, Report& report) {
  check_vpa(subject, report);
  check_builtin_rules(subject, report);
  const PodPolicy& pod = subject.spec.pod;
  const bool rules = !pod.builtin_autoscaler.empty() || !pod.auto_scaling_metrics.empty() ||
                     pod.auto_scaling_behavior.has_value();
  if (rules && !subject.spec.max_replicas) {
    report.warn("pod", "its autoscaling rules have no effect without maxReplicas");
  }
}

void check_resources(const Subject& subject, Report& report) {
  if (!subject.spec.resources) {
    return;
  }
  const JsonObject& resources = *subject.spec.resources;
  check_side(resources, "requests", report);
  check_side(resources, "limits", report);
  const JsonObject& limits = amounts(resources, "limits");
  for (const auto& [name, value] : amounts(resources, "requests")) {
    const Json* most = limits.if_contains(name);
    const auto asked = amount_of(value);
    const auto limit = most == nullptr ? std::nullopt : amount_of(*most);
    if (asked && limit && *asked > *limit) {
      // A cpu limit of 0 has always counted as none.
      const bool refused = name == "memory" || (name == "cpu" && *limit != Quantity::of_units(0));
      report.error_if(refused, field_of("requests", name),
                      "is " + text_of(value) + ", more than the limit of " + text_of(*most));
    }
  }
}

void check_pod(const PodPolicy& pod, Report& report) {
  if (pod.termination_grace_period_seconds.value_or(0) < 0) {
    report.warn("pod.terminationGracePeriodSeconds",
                "is " + std::to_string(*pod.termination_grace_period_seconds) +
                    ": an instance that has to end gets no time");
  }
  if (!pod.liveness) {
    return;
  }
  const auto check = [&](std::string_view name, std::int32_t number) {
    if (number < 0) {
      report.warn("pod.liveness." + std::string{name},
                  "is " + std::to_string(number) + ", which counts as if it were not there");
    }
  };
  check("periodSeconds", pod.liveness->period_seconds);
  check("initialDelaySeconds", pod.liveness->initial_delay_seconds);
  check("successThreshold", pod.liveness->success_threshold);
  check("failureThreshold", pod.liveness->failure_threshold);
}

void check_volumes(const Subject& subject, Report& report) {
  const ComponentSpec& spec = subject.spec;
  std::set<std::string> names;
  for (std::size_t i = 0; i < spec.pod.volumes.size(); ++i) {
    if (!names.insert(name_of(spec.pod.volumes[i])).second) {
      report.warn("pod.volumes[" + std::to_string(i) + "].name", "there is another volume \"" +
                                                                     name_of(spec.pod.volumes[i]) +
                                                                     "\"; only the first counts");
    }
  }
  for (const Json& claim : spec.volume_claim_templates) {
    names.insert(std::string{base::text_at(claim, {"metadata", "name"})});
  }
  for (std::size_t i = 0; i < spec.volume_mounts.size(); ++i) {
    const std::string name = name_of(spec.volume_mounts[i]);
    if (!names.contains(name)) {
      report.warn("volumeMounts[" + std::to_string(i) + "].name",
                  "there is no volume \"" + name + "\" in pod.volumes or volumeClaimTemplates");
    }
  }
}

void check_secrets(const Subject& subject, Report& report) {
  if (!subject.spec.secrets_map) {
    return;
  }
  for (const auto& [name, secret] : *subject.spec.secrets_map) {
    std::string field = "secretsMap";
    base::append_step(field, name);
    if (secret.path.empty()) {
      report.warn(field + ".path", "is missing, the Secret's name: Kubernetes refuses the pods");
    }
    if (secret.key.empty()) {
      report.warn(field + ".key", "is missing, the key in the Secret: Kubernetes refuses the pods");
    }
  }
}

}  // namespace functionmesh::api
