#include "pulsar/topic_stats.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace functionmesh::pulsar {
namespace {

/// An answer recorded from Pulsar 4.0.8.
base::Result<TopicStats> recorded(const char* name) {
  std::ifstream stream(std::string("src/pulsar/testdata/") + name);
  std::stringstream text;
  text << stream.rdbuf();
  const auto json = base::parse_json(text.str());
  EXPECT_TRUE(json.has_value()) << name;
  return parse_topic_stats(json.value_or(base::Json{}));
}

TEST(TopicStats, ReadsATopic) {
  const auto stats = recorded("topic_stats.json");
  ASSERT_TRUE(stats.has_value());
  EXPECT_EQ(stats->messages_in, 5);
  EXPECT_EQ(stats->messages_out, 5);
  EXPECT_EQ(stats->bytes_stored, 150);
  EXPECT_EQ(stats->producers, 1);
  EXPECT_EQ(stats->partitions, 0);
  ASSERT_EQ(stats->subscriptions.size(), 1U);
  const SubscriptionStats& subscription = stats->subscriptions.at("sub/a b");
  EXPECT_EQ(subscription.backlog, 3);
  EXPECT_EQ(subscription.consumers, 1);
  EXPECT_EQ(subscription.type, "Exclusive");
}

TEST(TopicStats, ReadsAPartitionedTopic) {
  const auto stats = recorded("partitioned_stats.json");
  ASSERT_TRUE(stats.has_value());
  EXPECT_EQ(stats->partitions, 3);
  EXPECT_EQ(stats->messages_in, 30);
  EXPECT_EQ(stats->subscriptions.at("public/default/fn").type, "None");
}

TEST(TopicStats, TakesStrangeAnswersCalmly) {
  EXPECT_FALSE(parse_topic_stats(base::Json("text")).has_value());
  const auto stats = parse_topic_stats(
      *base::parse_json(R"({"msgRateIn": "x", "publishers": 3, "subscriptions": {"a": 7}})"));
  ASSERT_TRUE(stats.has_value());
  EXPECT_EQ(stats->rate_in, 0);
  EXPECT_EQ(stats->producers, 0);
  EXPECT_EQ(stats->subscriptions.at("a").backlog, 0);
}

}  // namespace
}  // namespace functionmesh::pulsar
