#include "render/cleanup.hpp"

#include <algorithm>

#include "api/topic.hpp"
#include "render/connection.hpp"
#include "render/env.hpp"
#include "render/function_details.hpp"
#include "render/images.hpp"
#include "render/main_container.hpp"
#include "render/pod_template.hpp"
#include "render/volumes.hpp"

namespace functionmesh::render {
namespace {

// Consumers may still be connected when the first attempt is made: the Job tries again, at growing
// intervals, and gives up in the end rather than hold up a deletion for ever.
constexpr int kAttempts = 6;
constexpr int kDeadlineSeconds = 600;
constexpr int kKeptSeconds = 600;  // for a look at its log, should its owner stay

bool leaves_something(const api::Component& component) {
  return traits_of(component.kind).reads_topics ? component.spec.cleanup_subscription
                                                : component.spec.batch_source_config.has_value();
}

/// "tenant/namespace" of a topic or a pattern of topics; the default for a short name.
std::string namespace_of(std::string_view topic) {
  const std::size_t scheme = topic.find("://");
  if (scheme != std::string_view::npos) {
    topic.remove_prefix(scheme + 3);
  }
  const std::size_t tenant_end = topic.find('/');
  const std::size_t end =
      tenant_end == std::string_view::npos ? tenant_end : topic.find('/', tenant_end + 1);
  return end == std::string_view::npos ? "public/default" : std::string{topic.substr(0, end)};
}

/// The pattern that the component subscribes by, if it does.
std::string topic_pattern(const api::ComponentSpec& spec) {
  if (!spec.input.topic_pattern.empty()) {
    return spec.input.topic_pattern;
  }
  for (const auto& [topic, consumer] : spec.input.source_specs) {
    if (consumer.is_regex_pattern) {
      return topic;
    }
  }
  return {};
}

/// Writes the steps of a clean-up with one of the two admin tools.
class Steps {
 public:
  explicit Steps(const api::Component& component)
      : connection_(cleanup_connection(component)), pulsarctl_(has_pulsarctl(component.spec)) {}

  void unsubscribe_namespace(std::string_view name, std::string_view subscription) {
    ShellLine line = admin_tool(connection_, pulsarctl_);
    line.raw("namespaces unsubscribe");
    if (pulsarctl_) {
      line.value(name).value(subscription);
    } else {
      line.option("-s", subscription).value(name);
    }
    steps_.push_back(line.text());
  }

  void unsubscribe_topic(std::string_view topic, std::string_view subscription) {
    ShellLine line = admin_tool(connection_, pulsarctl_);
    if (pulsarctl_) {
      line.raw("subscriptions delete").value(topic).value(subscription);
    } else {
      line.raw("topics unsubscribe").option("-s", subscription).value(topic);
    }
    steps_.push_back(line.text());
  }

  void delete_topic(std::string_view topic) {
    ShellLine line = admin_tool(connection_, pulsarctl_);
    steps_.push_back(line.raw("topics delete -f").value(topic).text());
  }

  std::vector<std::string> take() && { return std::move(steps_); }

 private:
  Connection connection_;
  bool pulsarctl_;
  std::vector<std::string> steps_;
};

std::vector<std::string> steps_of(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  Steps steps{context.component};
  if (context.component.kind == api::Kind::source) {
    // What a batch source's executor works with, by the names that it gives.
    const std::string name = qualified_name(spec);
    const std::string topic = "persistent://" + name + "-intermediate";
    steps.unsubscribe_topic(topic, "BatchSourceExecutor-" + name);
    steps.delete_topic(topic);
    return std::move(steps).take();
  }
  const std::string subscription = api::subscription_name(spec);
  if (const std::string pattern = topic_pattern(spec); !pattern.empty()) {
    steps.unsubscribe_namespace(namespace_of(pattern), subscription);
    return std::move(steps).take();
  }
  for (const auto& [topic, consumer] : input_topics_of(spec)) {
    steps.unsubscribe_topic(topic, subscription);
  }
  return std::move(steps).take();
}

/// Every step is tried, whatever became of those before. A topic or subscription that is gone
/// already counts as cleaned, so that another attempt does not stumble over the work of the one
/// before; a tool that cannot be started does not.
constexpr std::string_view kJudge =
    "said=$(mktemp); failed=0; exec 3>&1 >\"$said\" 2>&1; "
    "gone() { [ \"$1\" -lt 126 ] && grep -qiE \"(topic|subscription).* not found\" \"$said\"; }; "
    "judge() { [ \"$1\" -eq 0 ] || gone \"$1\" || failed=1; cat \"$said\" >&3; : >\"$said\"; }; ";

std::string script_of(const std::vector<std::string>& steps) {
  std::string script{kJudge};
  for (const std::string& step : steps) {
    script += step;
    script += "; judge $?; ";
  }
  return script + "exit \"$failed\"";
}

api::JsonObject container(const Context& context, const BackendDefaults& backend) {
  const api::ComponentSpec& spec = context.spec;
  api::JsonObject cleanup{
      {"name", "cleanup"},
      {"image", spec.cleanup_image.empty() ? runner_image(context) : spec.cleanup_image},
      {"imagePullPolicy", pull_policy(context)},
      {"command", api::JsonArray{"sh", "-c", script_of(steps_of(context))}},
  };
  EnvList env;
  env.set("HOME", "/tmp");  // pulsarctl keeps its context there
  for (const auto& [name, value] : backend.env) {
    env.set(name, value);
  }
  env.add_all(spec.pod.env);
  cleanup.emplace("env", std::move(env).take());
  cleanup.emplace("envFrom", env_from_all(spec));
  cleanup.emplace("resources",
                  api::JsonObject{
                      {"requests", api::JsonObject{{"cpu", "50m"}, {"memory", "256Mi"}}},
                      {"limits", api::JsonObject{{"memory", "512Mi"}}},
                  });
  if (api::JsonArray mounts = cleanup_mounts(context.component); !mounts.empty()) {
    cleanup.emplace("volumeMounts", std::move(mounts));
  }
  cleanup.emplace("securityContext", unprivileged());
  return cleanup;
}

}  // namespace

bool needs_cleanup(const api::Component& component) {
  const api::Metadata& metadata = component.metadata;
  const auto answer = metadata.annotations.find("compute.functionmesh.io/need-cleanup");
  const bool refused = answer != metadata.annotations.end() && answer->second == "false";
  const bool made_by_a_worker =
      metadata.labels.contains("compute.functionmesh.io/pulsar-cluster") ||
      metadata.labels.contains("pulsar-cluster");
  return leaves_something(component) && !refused && !made_by_a_worker;
}

std::optional<api::Json> cleanup_job(const Context& context, const BackendDefaults& backend) {
  const api::Component& component = context.component;
  if (!leaves_something(component)) {
    return std::nullopt;
  }
  const api::StringMap labels = cleanup_labels(component.kind, component.metadata);
  api::JsonObject pod = pod_basics(context, backend);
  if (auto affinity = affinity_of(context, backend)) {
    pod.emplace("affinity", *std::move(affinity));
  }
  pod.emplace("restartPolicy", "OnFailure");
  pod.emplace("containers", api::JsonArray{container(context, backend)});
  if (api::JsonArray volumes = cleanup_volumes(component); !volumes.empty()) {
    pod.emplace("volumes", std::move(volumes));
  }
  return api::JsonObject{
      {"apiVersion", "batch/v1"},
      {"kind", "Job"},
      {"metadata",
       object_metadata(component, cleanup_job_name(component.kind, component.metadata.name),
                       labels)},
      {"spec",
       api::JsonObject{
           {"backoffLimit", kAttempts},
           {"activeDeadlineSeconds", kDeadlineSeconds},
           {"ttlSecondsAfterFinished", kKeptSeconds},
           {"template",
            api::JsonObject{
                {"metadata", api::JsonObject{{"labels", to_json(labels)}}},
                {"spec", std::move(pod)},
            }},
       }},
  };
}

}  // namespace functionmesh::render
