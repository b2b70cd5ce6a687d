#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "api/types.hpp"

namespace functionmesh::api {

/// The full name of a topic as Pulsar knows it: "orders" is persistent://public/default/orders,
/// "acme/prod/orders" is persistent://acme/prod/orders. The error says what is wrong with the text.
std::expected<std::string, std::string> full_topic_name(std::string_view text);

/// The subscription that a component reads by: its own, or tenant/namespace/name as the instances
/// make it. Expects set_defaults() to have run.
std::string subscription_name(const ComponentSpec& spec);

}  // namespace functionmesh::api
