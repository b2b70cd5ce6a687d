#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/http.hpp"

namespace functionmesh::pulsar {

/// How to reach and enter a Pulsar cluster.
struct Access {
  std::string broker_url{};   ///< pulsar://host:port or pulsar+ssl://...; for clients of topics
  std::string web_url{};      ///< http://host:port[,host:port...] or https://...; for the admin API
  std::string auth_plugin{};  ///< Pulsar's name of it, a class or "token"; empty: none
  std::string auth_params{};  ///< secret: never shown
  base::TlsOptions tls{};
};

/// What a container's environment says: webServiceURL, brokerServiceURL,
/// clientAuthenticationPlugin, clientAuthenticationParameters, tlsTrustCertsFilePath,
/// tlsAllowInsecureConnection, tlsHostnameVerificationEnable, each behind `prefix`.
Access access_from(const std::map<std::string, std::string>& environment,
                   const std::string& prefix = {});

/// The web service's addresses, each "http://host:port" without a slash at the end.
std::vector<std::string> web_addresses(const Access& access);

/// The value of the Authorization header; empty without authentication. Reads the file that
/// a "file://" token names anew each time, as tokens are exchanged there. Supported are token and
/// basic authentication; the error says so for others.
base::Result<std::string> authorization(const Access& access);

}  // namespace functionmesh::pulsar
