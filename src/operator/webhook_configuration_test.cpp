#include "operator/webhook_configuration.hpp"

#include <gtest/gtest.h>

namespace functionmesh::process {
namespace {

using base::Json;

Json parsed(std::string_view text) {
  return base::parse_json(text).value();
}

TEST(WebhookConfiguration, EveryWebhookThatTrustsAnotherIsChanged) {
  const Json configuration = parsed(R"({"metadata": {"resourceVersion": "7"}, "webhooks": [
      {"name": "a", "clientConfig": {"caBundle": "bmV3"}},
      {"name": "b", "clientConfig": {"caBundle": "b2xk"}},
      {"name": "c", "clientConfig": {}}]})");
  const auto patch = trust(configuration, "new");
  ASSERT_TRUE(patch);
  EXPECT_EQ(base::write_json(Json(*patch)),
            R"([{"op":"test","path":"/metadata/resourceVersion","value":"7"},)"
            R"({"op":"add","path":"/webhooks/1/clientConfig/caBundle","value":"bmV3"},)"
            R"({"op":"add","path":"/webhooks/2/clientConfig/caBundle","value":"bmV3"}])");
}

TEST(WebhookConfiguration, OneThatIsAsItShouldBeIsLeftAlone) {
  EXPECT_FALSE(trust(parsed(R"({"webhooks": [{"clientConfig": {"caBundle": "bmV3"}}]})"), "new"));
  EXPECT_FALSE(trust(parsed(R"({"webhooks": []})"), "new"));
  EXPECT_FALSE(trust(parsed(R"({"webhooks": 3})"), "new"));
  EXPECT_FALSE(trust(parsed("[]"), "new"));
}

TEST(WebhookConfiguration, CertManagersAreKnown) {
  EXPECT_TRUE(is_injected(
      parsed(R"({"metadata": {"annotations": {"cert-manager.io/inject-ca-from": "a/b"}}})")));
  EXPECT_FALSE(is_injected(parsed(R"({"metadata": {"annotations": {"a": "b"}}})")));
}

}  // namespace
}  // namespace functionmesh::process
