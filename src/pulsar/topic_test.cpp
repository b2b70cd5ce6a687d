#include "pulsar/topic.hpp"

#include <gtest/gtest.h>

namespace functionmesh::pulsar {
namespace {

TEST(Topic, CompletesShortNames) {
  const struct {
    const char* text;
    const char* full;
  } cases[] = {
      {"orders", "persistent://public/default/orders"},
      {"acme/shop/orders", "persistent://acme/shop/orders"},
      {"persistent://acme/shop/orders", "persistent://acme/shop/orders"},
      {"non-persistent://acme/shop/orders", "non-persistent://acme/shop/orders"},
      {"orders-partition-2", "persistent://public/default/orders-partition-2"},
      {"a:b%c", "persistent://public/default/a:b%c"},
  };
  for (const auto& c : cases) {
    const auto topic = Topic::parse(c.text);
    ASSERT_TRUE(topic.has_value()) << c.text << ": " << topic.error();
    EXPECT_EQ(to_string(*topic), c.full) << c.text;
    EXPECT_EQ(*Topic::parse(c.full), *topic) << c.text;
  }
}

TEST(Topic, RefusesWhatIsNoTopic) {
  for (const char* text :
       {"", "/", "a/b", "a/b/", "/b/c", "a//c", "a/b/c/d", "persistent://orders",
        "persistent://a/b", "persistent://a/b/c/d", "http://a/b/c", "persistent:/a/b/c",
        "with blank", "line\nbreak", "te nant/b/c", "a/b?/c"}) {
    const auto topic = Topic::parse(text);
    ASSERT_FALSE(topic.has_value()) << text;
    EXPECT_NE(topic.error().find("TENANT/NAMESPACE/NAME"), std::string::npos) << topic.error();
  }
}

TEST(Topic, KnowsPartitions) {
  const auto partition = Topic::parse("orders-partition-12");
  EXPECT_EQ(partition->partition(), 12);
  EXPECT_EQ(to_string(partition->whole()), "persistent://public/default/orders");
  for (const char* text :
       {"orders", "orders-partition-", "orders-partition-x", "orders-partition--1",
        "orders-partition-1x", "orders-partition-99999999999"}) {
    const auto topic = Topic::parse(text);
    EXPECT_EQ(topic->partition(), std::nullopt) << text;
    EXPECT_EQ(topic->whole(), *topic) << text;
  }
}

TEST(Topic, EncodesItsPath) {
  EXPECT_EQ(admin_path(*Topic::parse("non-persistent://t=1/n/a%b:c")),
            "non-persistent/t%3D1/n/a%25b%3Ac");
}

}  // namespace
}  // namespace functionmesh::pulsar
