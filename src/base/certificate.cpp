#include "base/certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <memory>

namespace functionmesh::base {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(ASN1_TIME* time) const { ASN1_TIME_free(time); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIO> reader(std::string_view text) {
  return Owned<BIO>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

Owned<X509> next_certificate(BIO* from) {
  return Owned<X509>{PEM_read_bio_X509(from, nullptr, nullptr, nullptr)};
}

/// Without this OpenSSL asks for the passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

Owned<EVP_PKEY> read_key(std::string_view pem) {
  return Owned<EVP_PKEY>{
      PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_passphrase, nullptr)};
}

std::unexpected<Error> invalid(std::string message) {
  ERR_clear_error();
  return fail(Error::Code::invalid, std::move(message));
}

template <typename Write>
std::string written(Write write) {
  const Owned<BIO> out{BIO_new(BIO_s_mem())};
  write(out.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

TimePoint time_of(const ASN1_TIME* when) {
  constexpr TimePoint kEpoch{};
  const Owned<ASN1_TIME> epoch{ASN1_TIME_set(nullptr, 0)};
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, epoch.get(), when);
  return kEpoch + std::chrono::days{days} + std::chrono::seconds{seconds};
}

bool is_address(const std::string& name) {
  boost::system::error_code error;
  boost::asio::ip::make_address(name, error);
  return !error;
}

bool add_extension(X509* certificate, int what, const std::string& value) {
  const Owned<X509_EXTENSION> extension{X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str())};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

}  // namespace

Result<void> check_certificates(std::string_view pem) {
  const Owned<BIO> from = reader(pem);
  int count = 0;
  while (next_certificate(from.get())) {
    ++count;
  }
  const auto last = ERR_peek_last_error();
  const bool at_end = ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (count == 0) {
    return invalid(at_end ? "it holds no certificate; expected a block that begins with "
                            "\"-----BEGIN CERTIFICATE-----\""
                          : "its certificate is damaged");
  }
  if (!at_end) {
    return invalid("certificate " + std::to_string(count + 1) + " in it is damaged");
  }
  ERR_clear_error();
  return {};
}

Result<void> check_key_pair(std::string_view certificate_pem, std::string_view key_pem) {
  const Owned<X509> certificate = next_certificate(reader(certificate_pem).get());
  if (!certificate) {
    return invalid("the certificate is missing or damaged");
  }
  if (key_pem.contains("ENCRYPTED")) {
    return invalid("the key has a passphrase; store it without one");
  }
  const Owned<EVP_PKEY> key = read_key(key_pem);
  if (!key) {
    return invalid("the private key is missing or damaged");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return invalid("the private key does not belong to the certificate");
  }
  return {};
}

Result<CertificateFacts> read_certificate(std::string_view pem) {
  const Owned<X509> certificate = next_certificate(reader(pem).get());
  if (!certificate) {
    return invalid("the certificate is missing or damaged");
  }
  return CertificateFacts{.not_before = time_of(X509_get0_notBefore(certificate.get())),
                          .not_after = time_of(X509_get0_notAfter(certificate.get()))};
}

bool is_for_host(std::string_view pem, const std::string& host) {
  const Owned<X509> certificate = next_certificate(reader(pem).get());
  const bool is =
      certificate && X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr) == 1;
  ERR_clear_error();
  return is;
}

Result<KeyPair> make_self_signed(const std::vector<std::string>& names,
                                 std::chrono::hours lifetime) {
  const Owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
  const Owned<X509> certificate{X509_new()};
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives += alternatives.empty() ? "" : ",";
    alternatives += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  bool good = key && certificate && !names.empty();
  good = good && X509_set_version(certificate.get(), 2) == 1;
  good = good && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
  // Clocks differ: it is good from a little earlier on.
  good = good && X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr;
  good = good && X509_gmtime_adj(X509_getm_notAfter(certificate.get()),
                                 std::chrono::seconds{lifetime}.count()) != nullptr;
  good = good && X509_set_pubkey(certificate.get(), key.get()) == 1;
  X509_NAME* subject = good ? X509_get_subject_name(certificate.get()) : nullptr;
  // 64 characters are the most that fit there.
  const std::string common_name = good ? names.front().substr(0, 64) : "";
  good = good && X509_NAME_add_entry_by_txt(
                     subject, "CN", MBSTRING_UTF8,
                     reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0) == 1;
  good = good && X509_set_issuer_name(certificate.get(), subject) == 1;
  good = good && add_extension(certificate.get(), NID_subject_alt_name, alternatives);
  good = good && add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  good = good && X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0;
  if (!good) {
    ERR_clear_error();
    return fail(Error::Code::internal, "no certificate could be made for " + alternatives);
  }
  return KeyPair{
      .certificate_pem = written([&](BIO* out) { PEM_write_bio_X509(out, certificate.get()); }),
      .key_pem = written([&](BIO* out) {
        PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
      })};
}

}  // namespace functionmesh::base
