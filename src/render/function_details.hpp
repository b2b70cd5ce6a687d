#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "render/runtime.hpp"

namespace functionmesh::render {

/// The FunctionDetails message as JSON, by which an instance knows what it is to run.
std::string function_details(const Context& context);

// --- what the details share with the Go instance's configuration and the clean-up ----------------

struct Amounts {
  double cpu = 0;  ///< cores
  std::int64_t ram = 0;
  std::int64_t disk = 0;
};

/// What the resource requests; what is no amount counts as 0.
Amounts requested_amounts(const api::ComponentSpec& spec);

std::int32_t parallelism_of(const api::ComponentSpec& spec);

/// The number of a guarantee or a subscription type in Pulsar's protocol, and its name.
struct ProtocolEnum {
  int number;
  std::string_view name;
};
ProtocolEnum guarantee_of(const api::ComponentSpec& spec);
ProtocolEnum subscription_type_of(const api::ComponentSpec& spec);

/// The dead letter topic, by its default name when retries are limited and none is given.
std::string dead_letter_topic_of(const api::ComponentSpec& spec);

/// funcConfig as text, with the window's settings in it if there is one; empty for none.
std::string user_config_of(const api::ComponentSpec& spec);

/// The secrets map as text; empty for none.
std::string secrets_map_of(const api::ComponentSpec& spec);

/// Every input topic by name, with what is said about it in any of the five places.
std::map<std::string, api::ConsumerConfig> input_topics_of(const api::ComponentSpec& spec);

/// "tenant/namespace/name".
std::string qualified_name(const api::ComponentSpec& spec);

}  // namespace functionmesh::render
