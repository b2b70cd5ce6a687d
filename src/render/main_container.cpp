#include "render/main_container.hpp"

#include <algorithm>

#include "render/env.hpp"
#include "render/images.hpp"
#include "render/instance_command.hpp"
#include "render/log_config.hpp"
#include "render/resources.hpp"
#include "render/volumes.hpp"

namespace functionmesh::render {
namespace {

api::JsonArray environment(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  EnvList env;
  env.add(pod_name_env());
  if (spec.secrets_map) {
    for (const auto& [name, secret] : *spec.secrets_map) {
      env.add(api::JsonObject{
          {"name", name},
          {"valueFrom", api::JsonObject{{"secretKeyRef", api::JsonObject{{"name", secret.path},
                                                                         {"key", secret.key}}}}},
      });
    }
  }
  env.add_all(spec.pod.env);
  if (context.runtime == Runtime::golang) {
    const api::RuntimeLog* log = log_of(spec, Runtime::golang);
    if (log == nullptr || !log->log_config) {
      env.set("LOGGING_LEVEL", go_level(log == nullptr ? "" : log->level));
    }
  }
  return std::move(env).take();
}

/// Asks the instance's metrics page. An answer may take as long as the time between two questions.
std::optional<api::JsonObject> liveness_probe(const std::optional<api::Liveness>& liveness) {
  if (!liveness || liveness->period_seconds <= 0) {
    return std::nullopt;
  }
  api::JsonObject probe{
      {"httpGet", api::JsonObject{{"path", "/"}, {"port", kMetricsPort}, {"scheme", "HTTP"}}},
      {"initialDelaySeconds", std::max(liveness->initial_delay_seconds, 0)},
      {"periodSeconds", liveness->period_seconds},
      {"timeoutSeconds", liveness->period_seconds},
  };
  if (liveness->success_threshold > 0) {
    probe.emplace("successThreshold", liveness->success_threshold);
  }
  if (liveness->failure_threshold > 0) {
    probe.emplace("failureThreshold", liveness->failure_threshold);
  }
  return probe;
}

api::JsonObject port(std::string_view name, int number) {
  return {{"name", name}, {"containerPort", number}, {"protocol", "TCP"}};
}

}  // namespace

api::JsonObject unprivileged() {
  return {
      {"capabilities", api::JsonObject{{"drop", api::JsonArray{"ALL"}}}},
      {"allowPrivilegeEscalation", false},
  };
}

api::JsonObject main_container(const Context& context, const BackendDefaults& backend) {
  const api::ComponentSpec& spec = context.spec;
  api::JsonObject container{
      {"name", context.traits.container},
      {"image", runner_image(context)},
      {"imagePullPolicy", pull_policy(context)},
  };
  if (api::JsonArray command = instance_command(context); !command.empty()) {
    container.emplace("command", std::move(command));
  }
  container.emplace(
      "ports", api::JsonArray{port("tcp-grpc", kGrpcPort), port("http-metrics", kMetricsPort)});
  container.emplace("env", environment(context));
  container.emplace("envFrom", env_from_all(spec));
  if (spec.resources) {
    container.emplace("resources", canonical_resources(*spec.resources));
  }
  if (api::JsonArray mounts = main_mounts(context); !mounts.empty()) {
    container.emplace("volumeMounts", std::move(mounts));
  }
  auto liveness = liveness_probe(spec.pod.liveness);
  if (!liveness) {
    liveness = liveness_probe(backend.liveness);
  }
  if (liveness) {
    container.emplace("livenessProbe", *std::move(liveness));
  }
  if (const auto& probe = spec.pod.startup_probe ? spec.pod.startup_probe : backend.startup_probe) {
    container.emplace("startupProbe", *probe);
  }
  container.emplace("securityContext", unprivileged());
  return container;
}

}  // namespace functionmesh::render
