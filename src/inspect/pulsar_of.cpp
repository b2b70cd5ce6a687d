#include "inspect/pulsar_of.hpp"

#include "base/base64.hpp"

namespace functionmesh::inspect {
namespace {

using base::Json;

using Data = std::map<std::string, std::string>;

Data data_of(const Json& object) {
  const bool is_secret = base::text_at(object, {"kind"}) == "Secret";
  Data data;
  const Json* members = base::find(object, {"data"});
  if (members == nullptr || !members->is_object()) {
    return data;
  }
  for (const auto& [name, value] : members->get_object()) {
    if (!value.is_string()) {
      continue;
    }
    const std::string text{value.get_string()};
    data.emplace(name, is_secret ? base::decode_base64(text).value_or("") : text);
  }
  return data;
}

}  // namespace

asio::awaitable<Result<pulsar::Access>> pulsar_of(cluster::Cluster& cluster, std::string in,
                                                  api::PulsarMessaging messaging,
                                                  std::string web_url) {
  Data data;
  const auto config = co_await cluster.get({"ConfigMap", in, messaging.pulsar_config});
  if (config) {
    data = data_of(**config);
  } else if (web_url.empty()) {
    co_return std::unexpected(config.error());
  }
  if (!messaging.auth_secret.empty()) {
    const auto secret = co_await cluster.get({"Secret", in, messaging.auth_secret});
    if (!secret) {
      co_return std::unexpected(secret.error());
    }
    data.merge(data_of(**secret));
  }
  pulsar::Access access = pulsar::access_from(data);
  if (!web_url.empty()) {
    access.web_url = std::move(web_url);
  }
  if (access.web_url.empty()) {
    co_return base::fail(base::Error::Code::invalid,
                         "ConfigMap " + messaging.pulsar_config + " has no webServiceURL");
  }
  access.tls = {};  // its files are those of pods
  if (messaging.tls_config && messaging.tls_config->allow_insecure) {
    access.tls.allow_insecure = true;
  }
  co_return access;
}

}  // namespace functionmesh::inspect
