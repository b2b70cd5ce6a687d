#include "operator/serving_certificate.hpp"

#include <boost/asio/ip/host_name.hpp>

#include "cluster/kubernetes/access/credentials.hpp"

namespace functionmesh::process {
namespace {

constexpr std::chrono::hours kLifetime{24 * 365 * 10};

}  // namespace

base::Result<const base::KeyPair*> ServingCertificate::refresh() {
  std::error_code error;
  const bool given = !folder_.empty() && std::filesystem::exists(folder_ / "tls.crt", error);
  if (!given) {
    if (!pair_.key_pem.empty()) {
      return nullptr;
    }
    boost::system::error_code no_name;
    std::string host = boost::asio::ip::host_name(no_name);
    auto made =
        base::make_self_signed({host.empty() ? "functionmesh" : host, "localhost"}, kLifetime);
    if (!made) {
      return std::unexpected(made.error());
    }
    pair_ = std::move(*made);
    return &pair_;
  }
  auto certificate = kubernetes::read_small_file(folder_ / "tls.crt");
  auto key = kubernetes::read_small_file(folder_ / "tls.key");
  if (!certificate || !key) {
    return std::unexpected(certificate ? key.error() : certificate.error());
  }
  if (*certificate == pair_.certificate_pem && *key == pair_.key_pem) {
    return nullptr;
  }
  if (const auto good = base::check_key_pair(*certificate, *key); !good) {
    return base::fail(good.error().code, folder_.string() + ": " + good.error().message);
  }
  pair_ = {std::move(*certificate), std::move(*key)};
  return &pair_;
}

}  // namespace functionmesh::process
