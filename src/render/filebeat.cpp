#include "render/filebeat.hpp"

#include "base/json.hpp"
#include "render/env.hpp"
#include "render/images.hpp"
#include "render/volumes.hpp"

namespace functionmesh::render {
namespace {

// Filebeat itself fills in the environment; what stands after the colon is for a variable that is
// not set.
constexpr std::string_view kConfig = R"(filebeat.inputs:
- type: log
  enabled: true
  paths:
  - /pulsar/logs/functions/*.log
output.pulsar:
  fast_fail: true
  url: "${brokerServiceURL}"
  topic: "${logTopic}"
  name: "${POD_NAME}"
  token: "${clientAuthenticationParameters:}"
  oauth2:
    enabled: ${oauth2Enabled:false}
    issuerUrl: "${oauth2IssuerUrl:}"
    privateKey: "${oauth2PrivateKey:}"
    audience: "${oauth2Audience:}"
    scope: "${oauth2Scope:}")";

constexpr std::string_view kConfigFile = "/usr/share/filebeat/config/filebeat.yaml";

void add_oauth2(EnvList& env, std::string_view issuer, std::string_view audience,
                std::string_view key_file, std::string_view scope) {
  env.set("oauth2Enabled", "true");
  env.set("oauth2IssuerUrl", issuer);
  env.set("oauth2Audience", audience);
  env.set("oauth2PrivateKey", key_file);
  if (!scope.empty()) {
    env.set("oauth2Scope", scope);
  }
}

/// OAuth2 by the parameters of its plug-in. What is no JSON object of strings is left out: the
/// container then tries without credentials, and says so in its log.
void add_oauth2_parameters(EnvList& env, std::string_view parameters) {
  const auto json = base::parse_json(parameters);
  if (!json) {
    return;
  }
  add_oauth2(env, base::text_at(*json, {"issuerUrl"}), base::text_at(*json, {"audience"}),
             base::text_at(*json, {"privateKey"}), base::text_at(*json, {"scope"}));
}

void add_credentials(EnvList& env, const Connection& connection) {
  if (connection.auth == nullptr) {
    return;
  }
  if (connection.auth->generic_auth) {
    const auto& [plugin, parameters] = *connection.auth->generic_auth;
    if (plugin == kTokenPlugin) {
      env.set("clientAuthenticationParameters", parameters);
    } else if (plugin == kOAuth2Plugin) {
      add_oauth2_parameters(env, parameters);
    }
  } else if (connection.auth->oauth2_config) {
    const api::OAuth2Config& oauth2 = *connection.auth->oauth2_config;
    add_oauth2(env, oauth2.issuer_url, oauth2.audience, connection.oauth2_key_file(), oauth2.scope);
  }
}

}  // namespace

std::optional<api::JsonObject> filebeat_container(const api::ComponentSpec& spec) {
  if (!logs_by_sidecar(spec) || spec.log_topic.empty()) {
    return std::nullopt;
  }
  const Connection connection = messaging_connection(spec);
  EnvList env;
  env.add_all(spec.pod.env);
  env.set("logTopic", spec.log_topic);
  env.add(pod_name_env());
  add_credentials(env, connection);

  const std::string script = and_then({
      write_file(kConfig, kConfigFile),
      "/usr/share/filebeat/filebeat -e -c " + std::string{kConfigFile},
  });
  return api::JsonObject{
      {"name", "filebeat"},
      {"image", spec.filebeat_image.empty() ? kFilebeatImage : spec.filebeat_image},
      {"imagePullPolicy", "IfNotPresent"},
      {"command", api::JsonArray{"/bin/sh", "-c", "--", script}},
      {"env", std::move(env).take()},
      {"envFrom", env_from(connection)},
      {"volumeMounts", filebeat_mounts(spec)},
      {"securityContext",
       api::JsonObject{
           {"capabilities", api::JsonObject{{"drop", api::JsonArray{"ALL"}}}},
           {"allowPrivilegeEscalation", false},
           {"runAsUser", 1000},
       }},
  };
}

}  // namespace functionmesh::render
