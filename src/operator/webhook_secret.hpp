#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/certificate.hpp"
#include "base/json.hpp"

/// The Secret that all replicas share what they serve admission with. Pure.
///
/// In `data`: tls.crt and tls.key, what is served; ca.crt, what clients are to trust; and while a
/// certificate is being replaced, next.crt and next.key. A certificate of ours vouches for itself,
/// so no key of an authority lies anywhere.
namespace functionmesh::process {

using base::Json;

inline constexpr std::string_view kWebhookService = "function-mesh-admission-webhook-service";
inline constexpr std::string_view kWebhookSecret = "function-mesh-admission-webhook-server-cert";

/// Set on the Secret by a user who wants another certificate now.
inline constexpr std::string_view kRotate = "compute.functionmesh.io/rotate";

struct WebhookKeys {
  base::KeyPair serving;
  std::string trusted_pem;  ///< empty: others publish it

  bool operator==(const WebhookKeys&) const = default;
};

/// What is in the Secret. Fails with what is wrong with it; an empty one has nothing.
base::Result<WebhookKeys> keys_in(const Json& secret);

struct SecretChange {
  Json secret;            ///< to be written if nobody else has written meanwhile
  std::string_view what;  ///< for the log
};

/// What is to be done with the Secret now; nothing most of the time. It is filled when it is empty
/// (with `held`, if that is still good: what this replica serves already), and what we made is
/// replaced: at once when it cannot be used, else beside the old one when a third of its time is
/// left or a user asks for it, and in its place when `published`: all clients trust both. What
/// others made is theirs to replace, until only a tenth of its time is left.
base::Result<std::optional<SecretChange>> next_secret(const Json& secret,
                                                      std::string_view namespace_,
                                                      base::TimePoint now,
                                                      const base::KeyPair* held, bool published);

/// Whether a certificate waits to take the place of the one that is served.
bool is_rotating(const Json& secret);

}  // namespace functionmesh::process
