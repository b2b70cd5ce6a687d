#include "pulsar/topic_stats.hpp"

#include <boost/json/value_to.hpp>

namespace functionmesh::pulsar {
namespace {

using base::Json;

double rate_at(const Json& value, std::string_view member) {
  const Json* found = base::find(value, {member});
  return found != nullptr && found->is_number() ? found->to_number<double>() : 0;
}

int count_at(const Json& value, std::string_view member) {
  const Json* found = base::find(value, {member});
  return found != nullptr && found->is_array() ? static_cast<int>(found->as_array().size()) : 0;
}

SubscriptionStats subscription_stats(const Json& answer) {
  return {.backlog = base::number_at(answer, {"msgBacklog"}),
          .unacked = base::number_at(answer, {"unackedMessages"}),
          .rate_out = rate_at(answer, "msgRateOut"),
          .consumers = count_at(answer, "consumers"),
          .type = std::string(base::text_at(answer, {"type"}, "None"))};
}

}  // namespace

base::Result<TopicStats> parse_topic_stats(const Json& answer) {
  if (!answer.is_object()) {
    return base::fail(base::Error::Code::unavailable,
                      "expected a JSON object with a topic's statistics");
  }
  TopicStats stats{
      .rate_in = rate_at(answer, "msgRateIn"),
      .rate_out = rate_at(answer, "msgRateOut"),
      .messages_in = base::number_at(answer, {"msgInCounter"}),
      .messages_out = base::number_at(answer, {"msgOutCounter"}),
      .bytes_stored = base::number_at(answer, {"storageSize"}),
      .producers = count_at(answer, "publishers"),
      .partitions = static_cast<int>(base::number_at(answer, {"metadata", "partitions"})),
      .subscriptions = {}};
  if (const Json* found = base::find(answer, {"subscriptions"}); found && found->is_object()) {
    for (const auto& [name, subscription] : found->as_object()) {
      stats.subscriptions[std::string(name)] = subscription_stats(subscription);
    }
  }
  return stats;
}

}  // namespace functionmesh::pulsar
