#include "operator/webhook_secret.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"

namespace functionmesh::process {
namespace {

using namespace std::chrono_literals;
using base::JsonObject;
using base::KeyPair;

const std::string kHost = "function-mesh-admission-webhook-service.fm.svc";

base::TimePoint now() {
  return base::SystemClock{}.now();
}

Json empty_secret() {
  return {{"kind", "Secret"},
          {"metadata", {{"name", kWebhookSecret}, {"resourceVersion", "5"}}},
          {"type", "Opaque"}};
}

std::string data(const Json& secret, std::string_view key) {
  return base::decode_base64(base::text_at(secret, {"data", key})).value_or("");
}

Json next(const Json& secret, base::TimePoint at, bool published = false,
          const KeyPair* held = nullptr) {
  auto change = next_secret(secret, "fm", at, held, published);
  EXPECT_TRUE(change);
  return *change ? (*change)->secret : Json{};
}

void annotate(Json& secret, std::string_view key) {
  secret.at("metadata").at("annotations").as_object()[key] = "now";
}

TEST(WebhookSecret, AnEmptyOneIsFilledForTheService) {
  const Json made = next(empty_secret(), now());
  EXPECT_EQ(base::text_at(made, {"metadata", "resourceVersion"}), "5");
  const auto keys = keys_in(made);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_TRUE(base::is_for_host(keys->serving.certificate_pem, kHost));
  EXPECT_TRUE(base::is_for_host(keys->serving.certificate_pem, kHost + ".cluster.local"));
  EXPECT_EQ(keys->trusted_pem, keys->serving.certificate_pem);
  EXPECT_TRUE(next(made, now()).is_null());
}

TEST(WebhookSecret, WhatAReplicaServesAlreadyIsPutBack) {
  const KeyPair held = keys_in(next(empty_secret(), now()))->serving;
  EXPECT_EQ(keys_in(next(empty_secret(), now(), false, &held))->serving, held);
  const KeyPair others = base::make_self_signed({"elsewhere"}, 24h).value();
  EXPECT_NE(keys_in(next(empty_secret(), now(), false, &others))->serving, others);
}

TEST(WebhookSecret, ACertificateIsReplacedInTwoStepsAndBothAreTrusted) {
  const Json first = next(empty_secret(), now());
  EXPECT_TRUE(next(first, now() + 24h * 240).is_null());
  const Json second = next(first, now() + 24h * 245);
  ASSERT_FALSE(second.is_null());
  EXPECT_TRUE(is_rotating(second));
  EXPECT_EQ(keys_in(second)->serving, keys_in(first)->serving);
  EXPECT_EQ(data(second, "ca.crt"), data(first, "tls.crt") + data(second, "next.crt"));
  EXPECT_TRUE(next(second, now() + 24h * 245).is_null()) << "not all trust it yet";

  const Json third = next(second, now() + 24h * 245, true);
  ASSERT_FALSE(third.is_null());
  EXPECT_FALSE(is_rotating(third));
  EXPECT_EQ(data(third, "tls.crt"), data(second, "next.crt"));
  EXPECT_EQ(data(third, "tls.key"), data(second, "next.key"));
  EXPECT_EQ(data(third, "ca.crt"), data(third, "tls.crt") + data(first, "tls.crt"));
  EXPECT_TRUE(keys_in(third));
}

TEST(WebhookSecret, AUserMayAskForANewOne) {
  Json secret = next(empty_secret(), now());
  annotate(secret, kRotate);
  const Json rotating = next(secret, now());
  ASSERT_TRUE(is_rotating(rotating));
  EXPECT_EQ(base::find(rotating, {"metadata", "annotations", kRotate}), nullptr);
}

TEST(WebhookSecret, WhatCannotBeUsedIsReplacedAtOnce) {
  const Json good = next(empty_secret(), now());
  EXPECT_FALSE(is_rotating(next(good, now() + 24h * 366)));
  EXPECT_NE(data(next(good, now() + 24h * 366), "tls.crt"), data(good, "tls.crt"));
  for (const char* key : {"tls.crt", "tls.key"}) {
    for (const std::string_view value : {"", "bm9uZQ==", "???"}) {
      Json damaged = good;
      damaged.at("data").as_object()[key] = value;
      EXPECT_FALSE(keys_in(damaged));
      EXPECT_TRUE(keys_in(next(damaged, now()))) << key << value;
    }
  }
  const auto elsewhere = next_secret(good, "other", now(), nullptr, false);
  ASSERT_TRUE(elsewhere && *elsewhere);
  EXPECT_TRUE(is_rotating((*elsewhere)->secret) == false);
}

TEST(WebhookSecret, OneOfSomebodyElseIsUsedAsItIs) {
  const KeyPair theirs = base::make_self_signed({"elsewhere"}, 24h).value();
  Json secret = empty_secret();
  secret.as_object()["data"] = {{"tls.crt", base::encode_base64(theirs.certificate_pem)},
                                {"tls.key", base::encode_base64(theirs.key_pem)}};
  EXPECT_TRUE(next(secret, now() + 24h * 1000).is_null());
  ASSERT_TRUE(keys_in(secret));
  EXPECT_EQ(keys_in(secret)->serving, theirs);
  EXPECT_TRUE(keys_in(secret)->trusted_pem.empty());
}

TEST(WebhookSecret, OneThatSomebodyElseForgotIsReplacedBeforeItEnds) {
  const KeyPair theirs = base::make_self_signed({kHost}, 24h * 90).value();
  Json secret = empty_secret();
  secret.as_object()["data"] = {{"tls.crt", base::encode_base64(theirs.certificate_pem)},
                                {"tls.key", base::encode_base64(theirs.key_pem)},
                                {"ca.crt", base::encode_base64("their CA\n")}};
  EXPECT_TRUE(next(secret, now() + 24h * 80).is_null());
  const Json second = next(secret, now() + 24h * 82);
  ASSERT_TRUE(is_rotating(second));
  EXPECT_EQ(data(second, "tls.crt"), theirs.certificate_pem);
  EXPECT_EQ(data(second, "ca.crt"), "their CA\n" + data(second, "next.crt"));
  const Json third = next(second, now() + 24h * 82, true);
  EXPECT_EQ(data(third, "tls.crt"), data(second, "next.crt"));
  EXPECT_TRUE(next(third, now() + 24h * 90).is_null());
  const Json late = next(secret, now() + 24h * 91);
  EXPECT_FALSE(is_rotating(late));
  EXPECT_NE(data(late, "tls.crt"), theirs.certificate_pem);
}

TEST(WebhookSecret, SaysWhatIsWrongWithoutSayingWhatIsInIt) {
  Json secret = next(empty_secret(), now());
  secret.at("data").as_object()["ca.crt"] = "bm9uZQ==";
  const auto keys = keys_in(secret);
  ASSERT_FALSE(keys);
  EXPECT_TRUE(keys.error().message.starts_with("ca.crt in it: ")) << keys.error().message;
  EXPECT_FALSE(keys_in(empty_secret()));
  EXPECT_FALSE(keys_in(Json(3)));
}

}  // namespace
}  // namespace functionmesh::process
