#include "render/connection.hpp"

#include "base/json.hpp"
#include "base/shell.hpp"

namespace functionmesh::render {
namespace {

const api::AuthConfig* pointer(const std::optional<api::AuthConfig>& auth) {
  return auth ? &*auth : nullptr;
}

std::string_view text_of(bool value) {
  return value ? "true" : "false";
}

bool has_legacy_tls(const api::PulsarMessaging& messaging) {
  return !messaging.tls_config && !messaging.tls_secret.empty();
}

/// TLS is on by the resource's own tlsConfig.
const api::TlsConfig* enabled_tls(const api::PulsarMessaging& messaging) {
  return messaging.tls_config && messaging.tls_config->enabled ? &*messaging.tls_config : nullptr;
}

std::string certificate_file(const Connection& connection) {
  std::string path{connection.tls_directory};
  path += '/';
  path += connection.messaging.tls_config->cert_secret_key;
  return path;
}

/// The parameters of Pulsar's OAuth2 plug-in. Its Java and its C++ form spell two of the names
/// differently, so both spellings are there.
std::string oauth2_parameters(const Connection& connection) {
  const api::OAuth2Config& oauth2 = *connection.auth->oauth2_config;
  const std::string file = connection.oauth2_key_file();
  return base::write_json(base::JsonObject{
      {"credentials_url", "file://" + file},
      {"privateKey", file},
      {"private_key", file},
      {"issuerUrl", oauth2.issuer_url},
      {"issuer_url", oauth2.issuer_url},
      {"audience", oauth2.audience},
      {"scope", oauth2.scope},
  });
}

/// A plug-in and its parameters, each as a word of a shell; empty without credentials.
struct Credentials {
  std::string plugin;
  std::string parameters;
};

Credentials credentials_of(const Connection& connection) {
  if (connection.auth != nullptr) {
    if (connection.auth->oauth2_config) {
      return {base::shell_quote(kOAuth2Plugin), base::shell_quote(oauth2_parameters(connection))};
    }
    if (connection.auth->generic_auth) {
      const api::GenericAuth& generic = *connection.auth->generic_auth;
      return {base::shell_quote(generic.client_authentication_plugin),
              base::shell_quote(generic.client_authentication_parameters)};
    }
    return {};  // an empty authConfig turns the Secret off
  }
  if (!connection.messaging.auth_secret.empty()) {
    return {connection.env("clientAuthenticationPlugin"),
            connection.env("clientAuthenticationParameters")};
  }
  return {};
}

void add_pulsarctl_tls(ShellLine& line, const Connection& connection) {
  const api::PulsarMessaging& messaging = connection.messaging;
  if (has_legacy_tls(messaging)) {
    line.raw("--tls-allow-insecure=" + connection.env_or("tlsAllowInsecureConnection", "false"))
        .raw("--tls-enable-hostname-verification=" +
             connection.env_or("tlsHostnameVerificationEnable", "true"))
        .raw_option("--tls-trust-cert-path", connection.env("tlsTrustCertsFilePath"));
  } else if (const api::TlsConfig* tls = enabled_tls(messaging)) {
    line.raw("--tls-allow-insecure=" + std::string{text_of(tls->allow_insecure)})
        .raw("--tls-enable-hostname-verification=" +
             std::string{text_of(tls->hostname_verification)});
    if (has_certificate(messaging)) {
      line.option("--tls-trust-cert-path", certificate_file(connection));
    }
  }
}

void add_pulsar_admin_tls(ShellLine& line, const Connection& connection) {
  const api::PulsarMessaging& messaging = connection.messaging;
  if (has_legacy_tls(messaging)) {
    line.raw("--tls-allow-insecure --tls-enable-hostname-verification")
        .raw_option("--tls-trust-cert-path", connection.env("tlsTrustCertsFilePath"));
  } else if (const api::TlsConfig* tls = enabled_tls(messaging)) {
    if (tls->allow_insecure) {
      line.raw("--tls-allow-insecure");
    }
    if (tls->hostname_verification) {
      line.raw("--tls-enable-hostname-verification");
    }
    if (has_certificate(messaging)) {
      line.option("--tls-trust-cert-path", certificate_file(connection));
    }
  }
}

/// pulsarctl knows OAuth2 only by a context that was activated before.
ShellLine pulsarctl(const Connection& connection) {
  ShellLine line{"export PATH=$PATH:/pulsar/bin && pulsarctl"};
  const Credentials credentials = credentials_of(connection);
  if (connection.auth != nullptr && connection.auth->oauth2_config) {
    const api::OAuth2Config& oauth2 = *connection.auth->oauth2_config;
    line.raw("context set downloader")
        .raw_option("--admin-service-url", connection.env("webServiceURL"))
        .option("--issuer-endpoint", oauth2.issuer_url)
        .option("--audience", oauth2.audience)
        .option("--key-file", connection.oauth2_key_file());
    if (!oauth2.scope.empty()) {
      line.option("--scope", oauth2.scope);
    }
    line.raw("&& pulsarctl oauth2 activate && pulsarctl");
  } else if (!credentials.plugin.empty()) {
    // The plug-in may be OAuth2's: activating is tried, and failing at it is no failure.
    line = ShellLine{"export PATH=$PATH:/pulsar/bin && ( pulsarctl oauth2 activate"};
    line.raw_option("--auth-params", credentials.parameters)
        .raw("|| true ) && pulsarctl")
        .raw_option("--auth-plugin", credentials.plugin)
        .raw_option("--auth-params", credentials.parameters)
        .raw_option("--admin-service-url", connection.env("webServiceURL"));
  } else {
    line.raw_option("--admin-service-url", connection.env("webServiceURL"));
  }
  add_pulsarctl_tls(line, connection);
  return line;
}

ShellLine pulsar_admin(const Connection& connection) {
  ShellLine line{"/pulsar/bin/pulsar-admin"};
  line.raw_option("--admin-url", connection.env("webServiceURL"));
  const Credentials credentials = credentials_of(connection);
  if (!credentials.plugin.empty()) {
    line.raw_option("--auth-plugin", credentials.plugin)
        .raw_option("--auth-params", credentials.parameters);
  }
  add_pulsar_admin_tls(line, connection);
  return line;
}

}  // namespace

std::string Connection::env(std::string_view name) const {
  std::string word = "\"$";
  word += env_prefix;
  word += name;
  word += '"';
  return word;
}

std::string Connection::env_or(std::string_view name, std::string_view fallback) const {
  std::string word = "\"${";
  word += env_prefix;
  word += name;
  word += ":-";
  word += fallback;
  word += "}\"";
  return word;
}

std::string Connection::oauth2_key_file() const {
  std::string path{oauth2_directory};
  path += '/';
  path += auth->oauth2_config->key_secret_key;
  return path;
}

Connection messaging_connection(const api::ComponentSpec& spec) {
  static const api::PulsarMessaging nothing_known;  // for a resource that was not validated
  const api::PulsarMessaging& messaging = spec.pulsar ? *spec.pulsar : nothing_known;
  return {.messaging = messaging,
          .auth = pointer(messaging.auth_config),
          .env_prefix = "",
          .tls_directory = "/etc/tls/pulsar-functions",
          .oauth2_directory = "/etc/oauth2"};
}

Connection package_connection(const api::ComponentSpec& spec) {
  if (!spec.pulsar_package_service) {
    return messaging_connection(spec);
  }
  return {.messaging = *spec.pulsar_package_service,
          .auth = pointer(spec.pulsar_package_service->auth_config),
          .env_prefix = "PACKAGE_",
          .tls_directory = "/etc/tls/pulsar-functions-package-service",
          .oauth2_directory = "/etc/oauth2-package-service"};
}

Connection cleanup_connection(const api::Component& component) {
  Connection connection = messaging_connection(component.spec);
  const auto& for_subscriptions = connection.messaging.cleanup_auth_config;
  if (for_subscriptions && component.kind != api::Kind::source) {
    connection.auth = &*for_subscriptions;
  }
  return connection;
}

bool has_certificate(const api::PulsarMessaging& messaging) {
  return messaging.tls_config && !messaging.tls_config->cert_secret_name.empty() &&
         !messaging.tls_config->cert_secret_key.empty();
}

void add_instance_connection(ShellLine& line, const Connection& connection) {
  const Credentials credentials = credentials_of(connection);
  if (!credentials.plugin.empty()) {
    line.raw_option("--client_auth_plugin", credentials.plugin)
        .raw_option("--client_auth_params", credentials.parameters);
  }
  const api::PulsarMessaging& messaging = connection.messaging;
  if (has_legacy_tls(messaging)) {
    line.raw("--use_tls true")
        .raw_option("--tls_allow_insecure",
                    connection.env_or("tlsAllowInsecureConnection", "false"))
        .raw_option("--hostname_verification_enabled",
                    connection.env_or("tlsHostnameVerificationEnable", "true"))
        .raw_option("--tls_trust_cert_path", connection.env("tlsTrustCertsFilePath"));
    return;
  }
  const api::TlsConfig* tls = enabled_tls(messaging);
  line.raw_option("--use_tls", text_of(tls != nullptr));
  if (tls != nullptr) {
    line.raw_option("--tls_allow_insecure", text_of(tls->allow_insecure))
        .raw_option("--hostname_verification_enabled", text_of(tls->hostname_verification));
    if (has_certificate(messaging)) {
      line.option("--tls_trust_cert_path", certificate_file(connection));
    }
  }
}

ShellLine admin_tool(const Connection& connection, bool with_pulsarctl) {
  return with_pulsarctl ? pulsarctl(connection) : pulsar_admin(connection);
}

}  // namespace functionmesh::render
