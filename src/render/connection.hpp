#pragma once

#include <string>
#include <string_view>

#include "api/types.hpp"
#include "render/shell_line.hpp"

namespace functionmesh::render {

/// How a container reaches one Pulsar cluster: which credentials, the names of the environment
/// variables that its ConfigMap and Secrets bring, and where key and certificate files are mounted.
struct Connection {
  const api::PulsarMessaging& messaging;
  const api::AuthConfig* auth;  ///< nullptr: the Secret of `messaging`, if any
  std::string_view env_prefix;
  std::string_view tls_directory;
  std::string_view oauth2_directory;

  /// "$PACKAGE_webServiceURL" in double quotes.
  std::string env(std::string_view name) const;
  /// The same with a value for when the variable is not set.
  std::string env_or(std::string_view name, std::string_view fallback) const;

  /// The file of the OAuth2 key. Precondition: auth has an oauth2_config.
  std::string oauth2_key_file() const;
};

/// The cluster that the component's messages go through.
Connection messaging_connection(const api::ComponentSpec& spec);

/// The cluster that packages come from: its own one if there is one.
Connection package_connection(const api::ComponentSpec& spec);

/// The cluster that is cleaned, with the credentials for that. A batch source removes the topic
/// that it made itself, with its own credentials.
Connection cleanup_connection(const api::Component& component);

/// True when the resource names the TLS certificate's Secret and the key in it.
bool has_certificate(const api::PulsarMessaging& messaging);

/// Adds the instance's own options for credentials and TLS.
void add_instance_connection(ShellLine& line, const Connection& connection);

/// The command that an admin tool's subcommand is appended to: tool, address, credentials, TLS.
/// It may be several commands joined by &&, of which the last is open.
ShellLine admin_tool(const Connection& connection, bool with_pulsarctl);

inline constexpr std::string_view kOAuth2Plugin =
    "org.apache.pulsar.client.impl.auth.oauth2.AuthenticationOAuth2";
inline constexpr std::string_view kTokenPlugin =
    "org.apache.pulsar.client.impl.auth.AuthenticationToken";

}  // namespace functionmesh::render
