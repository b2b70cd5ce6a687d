#pragma once

#include <optional>
#include <string_view>

#include "base/json.hpp"

namespace functionmesh::process {

/// Where a webhook configuration is in the API.
inline constexpr std::string_view kWebhookConfigurations[]{
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/"
    "function-mesh-mutating-webhook-configuration",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"
    "function-mesh-validating-webhook-configuration",
};

/// Whether cert-manager sets its caBundle.
bool is_injected(const base::Json& configuration);

/// The JSON patch that lets all webhooks of a configuration trust `trusted_pem`, as long as nobody
/// has changed it meanwhile; nothing when they do.
std::optional<base::JsonArray> trust(const base::Json& configuration, std::string_view trusted_pem);

}  // namespace functionmesh::process
