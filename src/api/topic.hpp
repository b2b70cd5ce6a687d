#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace functionmesh::api {

/// The full name of a topic as Pulsar knows it: "orders" is persistent://public/default/orders,
/// "acme/prod/orders" is persistent://acme/prod/orders. The error says what is wrong with the text.
std::expected<std::string, std::string> full_topic_name(std::string_view text);

}  // namespace functionmesh::api
