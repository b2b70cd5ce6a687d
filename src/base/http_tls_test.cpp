#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <filesystem>

#include "base/atomic_file.hpp"
#include "base/http.hpp"
#include "base/http_test_server.hpp"

namespace functionmesh::base {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using std::filesystem::path;

/// A certificate that vouches for itself and for these names only ("DNS:localhost").
struct Certificate {
  explicit Certificate(const std::string& names) {
    EVP_PKEY* pair = EVP_EC_gen("P-256");
    X509* x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, pair);
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(x509, pair, EVP_sha256());
    certificate = text([&](BIO* out) { PEM_write_bio_X509(out, x509); });
    key = text([&](BIO* out) {
      PEM_write_bio_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr);
    });
    X509_free(x509);
    EVP_PKEY_free(pair);
  }

  template <typename Write>
  static std::string text(Write write) {
    BIO* out = BIO_new(BIO_s_mem());
    write(out);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string result(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return result;
  }

  std::string certificate;
  std::string key;
};

/// Answers "hello" over TLS to everyone.
class TlsServer {
 public:
  TlsServer(asio::io_context& loop, const Certificate& certificate)
      : acceptor_(loop, {asio::ip::address_v4::loopback(), 0}),
        context_(asio::ssl::context::tls_server) {
    context_.use_certificate(asio::buffer(certificate.certificate), asio::ssl::context::pem);
    context_.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
    asio::co_spawn(loop, serve(), asio::detached);
  }

  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

 private:
  asio::awaitable<void> serve() {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (true) {
      tcp::socket socket = co_await acceptor_.async_accept(token);
      if (error) {
        co_return;
      }
      asio::ssl::stream<tcp::socket> stream(std::move(socket), context_);
      co_await stream.async_handshake(asio::ssl::stream_base::server, token);
      std::string request(4096, '\0');
      co_await stream.async_read_some(asio::buffer(request), token);
      const std::string answer = "HTTP/1.1 200 OK\r\n\r\nhello";
      co_await asio::async_write(stream, asio::buffer(answer), token);
      co_await stream.async_shutdown(token);
    }
  }

  tcp::acceptor acceptor_;
  asio::ssl::context context_;
};

class HttpTls : public testing::Test {
 protected:
  HttpTls() : server(loop, certificate) {
    trust_file = path(testing::TempDir()) / ("trust_" + std::to_string(getpid()) + ".pem");
    EXPECT_TRUE(write_file(trust_file, certificate.certificate).has_value());
  }
  ~HttpTls() override { std::filesystem::remove(trust_file); }

  Result<HttpResponse> get(const std::string& host, const TlsOptions& options) {
    HttpClient client(options);
    HttpRequest request;
    request.url = "https://" + host + ":" + server.port() + "/";
    return run(loop, client.send(request, 2s));
  }

  asio::io_context loop;
  Certificate certificate{"DNS:localhost"};
  TlsServer server;
  path trust_file;
};

TEST_F(HttpTls, TrustsWhatItIsToldToTrust) {
  const auto answer = get("localhost", {.trust_file = trust_file});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "hello");
}

TEST_F(HttpTls, RefusesAnUnknownCertificate) {
  const auto answer = get("localhost", {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Error::Code::unavailable);
  EXPECT_EQ(answer.error().message, "localhost:" + server.port() +
                                        ": its certificate is not accepted: self-signed "
                                        "certificate");
}

TEST_F(HttpTls, RefusesACertificateOfAnotherHost) {
  const auto answer = get("127.0.0.1", {.trust_file = trust_file});
  ASSERT_FALSE(answer.has_value());
  EXPECT_NE(answer.error().message.find("hostname mismatch"), std::string::npos)
      << answer.error().message;
  EXPECT_TRUE(get("127.0.0.1", {.trust_file = trust_file, .verify_host = false}).has_value());
}

TEST_F(HttpTls, ChecksNothingWhenToldSo) {
  EXPECT_TRUE(get("127.0.0.1", {.trust_file = "", .allow_insecure = true}).has_value());
}

TEST_F(HttpTls, NamesAnUnreadableTrustFile) {
  const auto answer = get("localhost", {.trust_file = "/no/such/file.pem"});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Error::Code::invalid);
  EXPECT_NE(answer.error().message.find("/no/such/file.pem"), std::string::npos);
}

TEST_F(HttpTls, SaysThatTheOtherSideSpeaksNoTls) {
  tcp::acceptor plain(loop, {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        tcp::socket socket = co_await plain.async_accept(asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n", 28),
                                   asio::use_awaitable);
      },
      asio::detached);
  HttpClient client;
  HttpRequest request;
  request.url = "https://127.0.0.1:" + std::to_string(plain.local_endpoint().port());
  const auto answer = run(loop, client.send(request, 2s));
  ASSERT_FALSE(answer.has_value());
  EXPECT_NE(answer.error().message.find("no TLS connection"), std::string::npos)
      << answer.error().message;
}

}  // namespace
}  // namespace functionmesh::base
