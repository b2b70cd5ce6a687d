#include "pulsar/access.hpp"

#include <fstream>
#include <sstream>

#include "base/base64.hpp"
#include "base/json.hpp"

namespace functionmesh::pulsar {
namespace {

using base::Error;
using base::Result;

std::string value_of(const std::map<std::string, std::string>& environment,
                     const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string{} : found->second;
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

/// A member of parameters that are written as a JSON object; empty when they are not.
std::string member(const std::string& params, std::string_view name) {
  const auto json = base::parse_json(params);
  return json ? std::string(base::text_at(*json, {name})) : std::string{};
}

/// "token:T", "file:///path", {"token": "T"} or just the token.
Result<std::string> token_of(const std::string& params) {
  std::string text = params;
  if (params.starts_with("{")) {
    text = member(params, "token");
  } else if (params.starts_with("token:")) {
    text = params.substr(6);
  }
  if (text.starts_with("file:")) {
    const std::string file = text.substr(text.starts_with("file://") ? 7 : 5);
    std::ifstream stream(file);
    std::stringstream content;
    content << stream.rdbuf();
    if (!stream) {
      return base::fail(Error::Code::invalid, "cannot read the token in " + file);
    }
    text = content.str();
  }
  text = trimmed(text);
  if (text.empty()) {
    return base::fail(Error::Code::invalid,
                      "clientAuthenticationParameters: expected token:TOKEN, file:///PATH or "
                      "{\"token\": \"TOKEN\"} for token authentication");
  }
  return text;
}

/// {"userId": "u", "password": "p"} or u:p.
Result<std::string> user_and_password(const std::string& params) {
  if (!params.starts_with("{")) {
    return trimmed(params);
  }
  const std::string user = member(params, "userId");
  if (user.empty()) {
    return base::fail(Error::Code::invalid,
                      "clientAuthenticationParameters: expected {\"userId\": \"...\", "
                      "\"password\": \"...\"} for basic authentication");
  }
  return user + ":" + member(params, "password");
}

}  // namespace

Access access_from(const std::map<std::string, std::string>& environment,
                   const std::string& prefix) {
  const auto value = [&](const char* name) { return value_of(environment, prefix + name); };
  return {.broker_url = value("brokerServiceURL"),
          .web_url = value("webServiceURL"),
          .auth_plugin = value("clientAuthenticationPlugin"),
          .auth_params = value("clientAuthenticationParameters"),
          .tls = {.trust_file = value("tlsTrustCertsFilePath"),
                  .allow_insecure = value("tlsAllowInsecureConnection") == "true",
                  .verify_host = value("tlsHostnameVerificationEnable") != "false"}};
}

std::vector<std::string> web_addresses(const Access& access) {
  const std::string url = trimmed(access.web_url);
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) {
    return {url};
  }
  const std::string scheme = url.substr(0, scheme_end + 3);
  std::vector<std::string> addresses;
  std::stringstream rest(url.substr(scheme_end + 3));
  for (std::string server; std::getline(rest, server, ',');) {
    while (server.ends_with('/')) {
      server.pop_back();
    }
    addresses.push_back(scheme + server);
  }
  if (addresses.empty()) {
    addresses.push_back(url);
  }
  return addresses;
}

Result<std::string> authorization(const Access& access) {
  const std::string& plugin = access.auth_plugin;
  if (plugin.empty()) {
    return std::string{};
  }
  if (plugin == "token" || plugin.ends_with(".AuthenticationToken")) {
    auto token = token_of(access.auth_params);
    return token ? "Bearer " + *token : token;
  }
  if (plugin == "basic" || plugin.ends_with(".AuthenticationBasic")) {
    auto both = user_and_password(access.auth_params);
    return both ? "Basic " + base::encode_base64(*both) : both;
  }
  return base::fail(Error::Code::invalid,
                    "clientAuthenticationPlugin " + plugin +
                        " is not supported for the admin API: only token and basic "
                        "authentication are");
}

}  // namespace functionmesh::pulsar
