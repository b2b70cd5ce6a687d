#include "operator/webhook_configuration.hpp"

#include <algorithm>
#include <string>

#include "base/base64.hpp"

namespace functionmesh::process {

using base::Json;
using base::JsonArray;

bool is_injected(const Json& configuration) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"cert-manager.io/inject-ca-from",
                                              "cert-manager.io/inject-ca-from-secret"},
      [&](std::string_view annotation) {
        return base::find(configuration, {"metadata", "annotations", annotation}) != nullptr;
      });
}

std::optional<JsonArray> trust(const Json& configuration, std::string_view trusted_pem) {
  const std::string wanted = base::encode_base64(trusted_pem);
  JsonArray patch{{{"op", "test"},
                   {"path", "/metadata/resourceVersion"},
                   {"value", base::text_at(configuration, {"metadata", "resourceVersion"})}}};
  const Json* webhooks = base::find(configuration, {"webhooks"});
  const std::size_t count =
      webhooks != nullptr && webhooks->is_array() ? webhooks->get_array().size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (base::text_at(webhooks->get_array()[i], {"clientConfig", "caBundle"}) != wanted) {
      patch.push_back({{"op", "add"},
                       {"path", "/webhooks/" + std::to_string(i) + "/clientConfig/caBundle"},
                       {"value", wanted}});
    }
  }
  return patch.size() > 1 ? std::optional{std::move(patch)} : std::nullopt;
}

}  // namespace functionmesh::process
