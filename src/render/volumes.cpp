#include "render/volumes.hpp"

#include "base/json.hpp"
#include "render/download.hpp"
#include "render/log_config.hpp"

namespace functionmesh::render {
namespace {

constexpr std::string_view kFilebeatVolume = "filebeat-logs";

std::string secret_volume_name(std::string_view secret, std::string_view key) {
  return volume_name(std::string{secret} + "-" + std::string{key});
}

api::JsonObject secret_volume(std::string_view secret, std::string_view key) {
  return {
      {"name", secret_volume_name(secret, key)},
      {"secret",
       api::JsonObject{
           {"secretName", secret},
           {"items", api::JsonArray{api::JsonObject{{"key", key}, {"path", key}}}},
       }},
  };
}

api::JsonObject mount(std::string_view volume, std::string_view path) {
  return {{"name", volume}, {"mountPath", path}};
}

api::JsonObject filebeat_mount() {
  return mount(kFilebeatVolume, "/pulsar/logs/functions");
}

const api::OAuth2Config* oauth2_of(const Connection& connection) {
  const api::AuthConfig* auth = connection.auth;
  return auth != nullptr && auth->oauth2_config ? &*auth->oauth2_config : nullptr;
}

/// Calls visit(secret) for each key file that encryption needs: the producer's, then the
/// consumers' by topic.
template <typename Visit>
void for_each_crypto_secret(const api::ComponentSpec& spec, Visit visit) {
  const auto visit_all = [&](const std::optional<api::CryptoConfig>& crypto) {
    if (crypto) {
      for (const api::CryptoSecret& secret : crypto->crypto_secrets) {
        visit(secret);
      }
    }
  };
  if (spec.output.producer_conf) {
    visit_all(spec.output.producer_conf->crypto_config);
  }
  for (const auto& [topic, consumer] : spec.input.source_specs) {
    visit_all(consumer.crypto_config);
  }
}

void add_env_source(api::JsonArray& sources, std::string_view kind, const std::string& name,
                    std::string_view prefix) {
  if (name.empty()) {
    return;
  }
  api::JsonObject source;
  if (!prefix.empty()) {
    source.emplace("prefix", prefix);
  }
  source.emplace(kind, api::JsonObject{{"name", name}});
  sources.push_back(std::move(source));
}

}  // namespace

void UniqueList::add(api::Json object) {
  const std::string_view value = base::text_at(object, {key_});
  if (value.empty() || !has(value)) {
    objects_.push_back(std::move(object));
  }
}

void UniqueList::add_all(const api::JsonArray& objects) {
  for (const api::Json& object : objects) {
    add(object);
  }
}

bool UniqueList::has(std::string_view value) const {
  for (const api::Json& object : objects_) {
    if (base::text_at(object, {key_}) == value) {
      return true;
    }
  }
  return false;
}

void add_connection_mounts(MountList& mounts, const Connection& connection) {
  if (has_certificate(connection.messaging)) {
    const api::TlsConfig& tls = *connection.messaging.tls_config;
    mounts.add(mount(secret_volume_name(tls.cert_secret_name, tls.cert_secret_key),
                     connection.tls_directory));
  }
  if (const api::OAuth2Config* oauth2 = oauth2_of(connection)) {
    mounts.add(mount(secret_volume_name(oauth2->key_secret_name, oauth2->key_secret_key),
                     connection.oauth2_directory));
  }
}

void add_connection_volumes(VolumeList& volumes, const Connection& connection) {
  if (has_certificate(connection.messaging)) {
    const api::TlsConfig& tls = *connection.messaging.tls_config;
    volumes.add(secret_volume(tls.cert_secret_name, tls.cert_secret_key));
  }
  if (const api::OAuth2Config* oauth2 = oauth2_of(connection)) {
    volumes.add(secret_volume(oauth2->key_secret_name, oauth2->key_secret_key));
  }
}

api::JsonArray env_from(const Connection& connection) {
  api::JsonArray sources;
  const api::PulsarMessaging& messaging = connection.messaging;
  add_env_source(sources, "configMapRef", messaging.pulsar_config, connection.env_prefix);
  add_env_source(sources, "secretRef", messaging.auth_secret, connection.env_prefix);
  add_env_source(sources, "secretRef", messaging.tls_secret, connection.env_prefix);
  return sources;
}

api::JsonArray env_from_all(const api::ComponentSpec& spec) {
  api::JsonArray sources = env_from(messaging_connection(spec));
  if (spec.pulsar_package_service) {
    for (api::Json& source : env_from(package_connection(spec))) {
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

api::JsonArray main_mounts(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  MountList mounts;
  mounts.add_all(spec.volume_mounts);
  if (logs_by_sidecar(spec)) {
    mounts.add(filebeat_mount());
  }
  add_connection_mounts(mounts, messaging_connection(spec));
  for_each_crypto_secret(spec, [&](const api::CryptoSecret& secret) {
    if (!secret.as_volume.empty()) {
      mounts.add(
          mount(secret_volume_name(secret.secret_name, secret.secret_key), secret.as_volume));
    }
  });
  if (const auto log = mounted_log_config(context)) {
    mounts.add(mount(log->volume, log->directory));
  }
  if (spec.pulsar_package_service) {
    add_connection_mounts(mounts, package_connection(spec));
  }
  if (has_downloader(context)) {
    mounts.add(downloaded_mount(context));
  }
  return std::move(mounts).take();
}

api::JsonArray filebeat_mounts(const api::ComponentSpec& spec) {
  MountList mounts;
  mounts.add_all(spec.volume_mounts);
  mounts.add(filebeat_mount());
  add_connection_mounts(mounts, messaging_connection(spec));
  return std::move(mounts).take();
}

api::JsonArray pod_volumes(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  VolumeList volumes;
  volumes.add_all(spec.pod.volumes);
  if (logs_by_sidecar(spec)) {
    volumes.add(api::JsonObject{{"name", kFilebeatVolume}, {"emptyDir", api::JsonObject{}}});
  }
  add_connection_volumes(volumes, messaging_connection(spec));
  for_each_crypto_secret(spec, [&](const api::CryptoSecret& secret) {
    volumes.add(secret_volume(secret.secret_name, secret.secret_key));
  });
  if (const auto log = mounted_log_config(context)) {
    volumes.add(api::JsonObject{
        {"name", log->volume},
        {"configMap",
         api::JsonObject{
             {"name", log->config_map},
             {"items", api::JsonArray{api::JsonObject{{"key", log->key}, {"path", log->file}}}},
         }},
    });
  }
  if (spec.pulsar_package_service) {
    add_connection_volumes(volumes, package_connection(spec));
  }
  if (has_downloader(context)) {
    volumes.add(api::JsonObject{{"name", kDownloaderVolume}, {"emptyDir", api::JsonObject{}}});
  }
  return std::move(volumes).take();
}

api::JsonArray cleanup_mounts(const api::Component& component) {
  const api::ComponentSpec& spec = component.spec;
  VolumeList declared;
  declared.add_all(spec.pod.volumes);
  MountList mounts;
  for (const api::Json& own : spec.volume_mounts) {
    // A mount may be of a volumeClaimTemplate, which a Job does not have.
    if (declared.has(base::text_at(own, {"name"}))) {
      mounts.add(own);
    }
  }
  add_connection_mounts(mounts, cleanup_connection(component));
  return std::move(mounts).take();
}

api::JsonArray cleanup_volumes(const api::Component& component) {
  VolumeList volumes;
  volumes.add_all(component.spec.pod.volumes);
  add_connection_volumes(volumes, cleanup_connection(component));
  return std::move(volumes).take();
}

}  // namespace functionmesh::render
