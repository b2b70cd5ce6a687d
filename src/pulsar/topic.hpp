#pragma once

#include <compare>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace functionmesh::pulsar {

/// The name of a topic, whole: "orders" is persistent://public/default/orders.
struct Topic {
  bool persistent = true;
  std::string tenant = "public";
  std::string namespace_ = "default";
  std::string name;  ///< with "-partition-N" when it is one partition of a topic

  /// Reads "name", "tenant/namespace/name" or either with persistent:// or non-persistent:// and
  /// all three parts. The error says what a topic looks like.
  static std::expected<Topic, std::string> parse(std::string_view text);

  /// The number behind "-partition-", if that is how the name ends.
  std::optional<int> partition() const;

  /// The topic that this is a partition of, or itself.
  Topic whole() const;

  auto operator<=>(const Topic&) const = default;
};

/// "persistent://public/default/orders".
std::string to_string(const Topic& topic);

/// "persistent/public/default/orders" as it stands in paths of the admin API, encoded.
std::string admin_path(const Topic& topic);

}  // namespace functionmesh::pulsar
