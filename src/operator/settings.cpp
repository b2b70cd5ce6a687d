#include "operator/settings.hpp"

#include "base/yaml.hpp"
#include "cluster/kubernetes/access/credentials.hpp"

namespace functionmesh::process {
namespace {

using base::Error;
using base::fail;
using base::Json;
using base::JsonObject;
using base::Result;

constexpr std::string_view kSection = "controllerConfig";

Result<Json> read_config(const std::string& file) {
  const auto text = kubernetes::read_small_file(file);
  if (!text) {
    return fail(text.error().code, "--config-file: " + text.error().message);
  }
  const auto documents = base::parse_yaml(*text, file);
  if (!documents) {
    return fail(Error::Code::invalid, documents.error());
  }
  if (documents->size() > 1) {
    return fail(Error::Code::invalid, file + ": expected one YAML document, got several");
  }
  return documents->empty() ? Json{} : documents->front().value;
}

/// "mesh.yaml: runnerImages.java: ...": the section is ours, users do not write it.
std::string sentence(const std::string& file, const api::Problem& problem) {
  std::string_view field = problem.field;
  if (field.starts_with(kSection)) {
    field.remove_prefix(std::min(field.size(), kSection.size() + 1));
  }
  return file + ": " + (field.empty() ? "" : std::string{field} + ": ") + problem.message;
}

}  // namespace

Result<ReadPolicy> read_policy(const Options& options) {
  ReadPolicy read;
  render::Settings& settings = read.policy.render;
  if (!options.config_file.empty()) {
    auto config = read_config(options.config_file);
    if (!config) {
      return std::unexpected(config.error());
    }
    JsonObject sections;
    sections[kSection] = std::move(*config);
    api::Problems problems;
    settings = render::settings_of(sections, problems);
    for (const api::Problem& warning : problems.warnings) {
      read.warnings.push_back(sentence(options.config_file, warning));
    }
    if (!problems.errors.empty()) {
      return fail(Error::Code::invalid, sentence(options.config_file, problems.errors.front()));
    }
  }
  settings.enable_init_containers = options.enable_init_containers;
  settings.add_default_affinity = options.add_default_affinity;
  settings.run_as_non_root = options.run_as_non_root;
  settings.global_backend_config = options.global_backend_config;
  settings.global_backend_config_namespace = options.global_backend_config_namespace;
  settings.namespaced_backend_config = options.namespaced_backend_config;
  read.policy.pause_rollout = options.pause_rollout;
  const bool elsewhere = !options.watched_namespace.empty() &&
                         !options.global_backend_config.empty() &&
                         options.global_backend_config_namespace != options.watched_namespace;
  if (elsewhere) {
    read.warnings.push_back("the global BackendConfig " + options.global_backend_config_namespace +
                            "/" + options.global_backend_config +
                            " does not count: only namespace " + options.watched_namespace +
                            " is watched; --global-backend-config-namespace can name it");
  }
  return read;
}

}  // namespace functionmesh::process
