#include "operator/webhook_secret.hpp"

#include <algorithm>
#include <vector>

#include "base/base64.hpp"

namespace functionmesh::process {
namespace {

using base::Error;
using base::fail;
using base::JsonObject;
using base::KeyPair;
using base::Result;
using base::TimePoint;

constexpr std::chrono::hours kLifetime{24 * 365};
/// A certificate is replaced when the third part of its time is left; one of somebody else, who
/// would have done it by then, when the tenth is.
constexpr int kOurs = 3;
constexpr int kOthers = 10;

constexpr std::string_view kMadeBy = "compute.functionmesh.io/made-by";
constexpr std::string_view kUs = "function-mesh-operator";

std::string data_in(const Json& secret, std::string_view key) {
  return base::decode_base64(base::text_at(secret, {"data", key})).value_or("");
}

std::string service_host(std::string_view namespace_) {
  return std::string{kWebhookService} + "." + std::string{namespace_} + ".svc";
}

Result<KeyPair> make_pair(std::string_view namespace_) {
  const std::string host = service_host(namespace_);
  return base::make_self_signed({host, host + ".cluster.local"}, kLifetime);
}

/// Whether clients that trust it can be served with it.
bool is_good(const KeyPair& pair, std::string_view namespace_, TimePoint now) {
  const auto facts = base::read_certificate(pair.certificate_pem);
  return facts && base::check_key_pair(pair.certificate_pem, pair.key_pem) &&
         facts->not_after > now &&
         base::is_for_host(pair.certificate_pem, service_host(namespace_));
}

/// Whether less than this part of its time is left.
bool is_due(const KeyPair& pair, int part, TimePoint now) {
  const auto facts = base::read_certificate(pair.certificate_pem);
  return facts && facts->not_after - now < (facts->not_after - facts->not_before) / part;
}

JsonObject& object_in(JsonObject& parent, std::string_view member) {
  Json& value = parent[member];
  if (!value.is_object()) {
    value = JsonObject{};
  }
  return value.get_object();
}

/// The Secret with other contents, marked as ours; what else others put there stays.
Json with(const Json& secret, const KeyPair& serving, const std::string& trusted,
          const KeyPair* next) {
  Json changed = secret;
  JsonObject& whole = changed.as_object();
  JsonObject& data = object_in(whole, "data");
  const auto set = [&](std::string_view key, const std::string& text) {
    data[key] = base::encode_base64(text);
  };
  set("tls.crt", serving.certificate_pem);
  set("tls.key", serving.key_pem);
  set("ca.crt", trusted);
  data.erase("next.crt");
  data.erase("next.key");
  if (next != nullptr) {
    set("next.crt", next->certificate_pem);
    set("next.key", next->key_pem);
  }
  JsonObject& annotations = object_in(object_in(whole, "metadata"), "annotations");
  annotations[kMadeBy] = kUs;
  annotations.erase(kRotate);
  return changed;
}

KeyPair next_in(const Json& secret) {
  return {data_in(secret, "next.crt"), data_in(secret, "next.key")};
}

}  // namespace

Result<WebhookKeys> keys_in(const Json& secret) {
  WebhookKeys keys{
      .serving = {data_in(secret, "tls.crt"), data_in(secret, "tls.key")},
      .trusted_pem = data_in(secret, "ca.crt"),
  };
  if (const auto good = base::check_key_pair(keys.serving.certificate_pem, keys.serving.key_pem);
      !good) {
    return fail(Error::Code::invalid, "tls.crt and tls.key in it: " + good.error().message);
  }
  if (!keys.trusted_pem.empty()) {
    if (const auto good = base::check_certificates(keys.trusted_pem); !good) {
      return fail(Error::Code::invalid, "ca.crt in it: " + good.error().message);
    }
  }
  return keys;
}

bool is_rotating(const Json& secret) {
  return base::find(secret, {"data", "next.crt"}) != nullptr;
}

Result<std::optional<SecretChange>> next_secret(const Json& secret, std::string_view namespace_,
                                                TimePoint now, const KeyPair* held,
                                                bool published) {
  const KeyPair serving{data_in(secret, "tls.crt"), data_in(secret, "tls.key")};
  const bool empty = serving.certificate_pem.empty() && serving.key_pem.empty();
  const bool ours = empty || base::text_at(secret, {"metadata", "annotations", kMadeBy}) == kUs;
  const std::string trusted = data_in(secret, "ca.crt");
  if (!ours && (trusted.empty() || !is_due(serving, kOthers, now))) {
    return std::nullopt;
  }
  if (empty && held != nullptr && is_good(*held, namespace_, now)) {
    return SecretChange{with(secret, *held, held->certificate_pem, nullptr),
                        "the certificate for admission was put back"};
  }
  const bool good = !empty && is_good(serving, namespace_, now);
  const KeyPair next = next_in(secret);
  const bool next_is_good = is_good(next, namespace_, now);
  if (good && next_is_good) {
    if (!published) {
      return std::nullopt;
    }
    return SecretChange{with(secret, next, next.certificate_pem + serving.certificate_pem, nullptr),
                        "the new certificate for admission is used"};
  }
  const bool asked = base::find(secret, {"metadata", "annotations", kRotate}) != nullptr;
  if (good && !asked && !is_due(serving, ours ? kOurs : kOthers, now)) {
    return std::nullopt;
  }
  const auto made = make_pair(namespace_);
  if (!made) {
    return std::unexpected(made.error());
  }
  if (!good) {
    return SecretChange{with(secret, *made, made->certificate_pem, nullptr),
                        "a certificate for admission was made"};
  }
  return SecretChange{
      with(secret, serving, (ours ? serving.certificate_pem : trusted) + made->certificate_pem,
           &*made),
      "a new certificate for admission is published beside the present one"};
}

}  // namespace functionmesh::process
