#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

/// Certificates and keys as PEM text. Errors say what is wrong with the text, never what is in it.
namespace functionmesh::base {

/// Fails unless `pem` holds at least one certificate and nothing broken.
Result<void> check_certificates(std::string_view pem);

/// Fails unless `key_pem` is a private key (without a passphrase) and the key of the first
/// certificate in `certificate_pem`.
Result<void> check_key_pair(std::string_view certificate_pem, std::string_view key_pem);

struct KeyPair {
  std::string certificate_pem;
  std::string key_pem;

  bool operator==(const KeyPair&) const = default;
};

/// What the first certificate in a text says of itself.
struct CertificateFacts {
  TimePoint not_before;
  TimePoint not_after;
};
Result<CertificateFacts> read_certificate(std::string_view pem);

/// Whether clients take it for a server of this DNS name.
bool is_for_host(std::string_view pem, const std::string& host);

/// A certificate that vouches for itself, for a server called by these DNS names or addresses.
Result<KeyPair> make_self_signed(const std::vector<std::string>& names,
                                 std::chrono::hours lifetime);

}  // namespace functionmesh::base
