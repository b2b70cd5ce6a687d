#include "pulsar/access.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/atomic_file.hpp"

namespace functionmesh::pulsar {
namespace {

TEST(Access, ReadsAContainersEnvironment) {
  const std::map<std::string, std::string> environment{
      {"webServiceURL", "http://one:8080"},
      {"clientAuthenticationPlugin", "token"},
      {"PACKAGE_webServiceURL", "https://two:8443"},
      {"PACKAGE_tlsTrustCertsFilePath", "/etc/ca.crt"},
      {"PACKAGE_tlsAllowInsecureConnection", "true"},
      {"PACKAGE_tlsHostnameVerificationEnable", "false"}};
  const Access messaging = access_from(environment);
  EXPECT_EQ(messaging.web_url, "http://one:8080");
  EXPECT_EQ(messaging.auth_plugin, "token");
  EXPECT_TRUE(messaging.tls.verify_host);
  EXPECT_FALSE(messaging.tls.allow_insecure);
  const Access package = access_from(environment, "PACKAGE_");
  EXPECT_EQ(package.web_url, "https://two:8443");
  EXPECT_EQ(package.auth_plugin, "") << "nothing of the other cluster";
  EXPECT_EQ(package.tls.trust_file, "/etc/ca.crt");
  EXPECT_TRUE(package.tls.allow_insecure);
  EXPECT_FALSE(package.tls.verify_host);
}

TEST(Access, SplitsSeveralHosts) {
  const struct {
    const char* url;
    std::vector<std::string> addresses;
  } cases[] = {
      {"http://a:8080", {"http://a:8080"}},
      {" https://a:8443/,b:8443/ ", {"https://a:8443", "https://b:8443"}},
      {"a:8080", {"a:8080"}},
      {"http://", {"http://"}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(web_addresses({.web_url = c.url}), c.addresses) << c.url;
  }
}

TEST(Access, AuthenticatesByTokenOrPassword) {
  const auto file = std::filesystem::path(testing::TempDir()) / "access_test_token";
  ASSERT_TRUE(base::write_file(file, "from-file\n").has_value());
  const struct {
    const char* plugin;
    std::string params;
    const char* header;
  } cases[] = {
      {"", "", ""},
      {"token", "token:abc", "Bearer abc"},
      {"org.apache.pulsar.client.impl.auth.AuthenticationToken", "abc", "Bearer abc"},
      {"token", R"({"token": "abc"})", "Bearer abc"},
      {"token", "file://" + file.string(), "Bearer from-file"},
      {"basic", "u:p", "Basic dTpw"},
      {"org.apache.pulsar.client.impl.auth.AuthenticationBasic",
       R"({"userId": "u", "password": "p"})", "Basic dTpw"},
  };
  for (const auto& c : cases) {
    const auto header = authorization({.auth_plugin = c.plugin, .auth_params = c.params});
    ASSERT_TRUE(header.has_value()) << c.plugin << " " << c.params;
    EXPECT_EQ(*header, c.header) << c.plugin << " " << c.params;
  }
  std::filesystem::remove(file);
}

TEST(Access, SaysWhatIsWrongWithoutShowingSecrets) {
  const struct {
    const char* plugin;
    const char* params;
    const char* message;
  } cases[] = {
      {"token", "", "expected token:TOKEN"},
      {"token", R"({"secret": 1})", "expected token:TOKEN"},
      {"token", "file:///no/such/secret", "cannot read the token in /no/such/secret"},
      {"basic", R"({"secret": 1})", "userId"},
      {"org.example.Kerberos", "secret", "org.example.Kerberos is not supported"},
  };
  for (const auto& c : cases) {
    const auto header = authorization({.auth_plugin = c.plugin, .auth_params = c.params});
    ASSERT_FALSE(header.has_value()) << c.plugin << " " << c.params;
    EXPECT_NE(header.error().message.find(c.message), std::string::npos) << header.error().message;
  }
}

}  // namespace
}  // namespace functionmesh::pulsar
