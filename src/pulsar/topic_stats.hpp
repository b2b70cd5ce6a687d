#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"

namespace functionmesh::pulsar {

struct SubscriptionStats {
  std::int64_t backlog = 0;  ///< not acknowledged yet; Pulsar counts a batch of messages as one
  std::int64_t unacked = 0;  ///< messages handed to a consumer and not acknowledged
  double rate_out = 0;       ///< messages a second
  int consumers = 0;
  std::string type;  ///< "Shared", "Exclusive", ...; "None" while nobody is subscribed
};

/// What a broker says about a topic, or about all partitions of one together.
struct TopicStats {
  double rate_in = 0;   ///< messages a second
  double rate_out = 0;  ///< messages a second
  std::int64_t messages_in = 0;
  std::int64_t messages_out = 0;
  std::int64_t bytes_stored = 0;
  int producers = 0;
  int partitions = 0;  ///< 0: not partitioned
  std::map<std::string, SubscriptionStats> subscriptions;
};

/// Reads the admin API's answer to .../stats or .../partitioned-stats. What is missing counts as 0.
base::Result<TopicStats> parse_topic_stats(const base::Json& answer);

}  // namespace functionmesh::pulsar
