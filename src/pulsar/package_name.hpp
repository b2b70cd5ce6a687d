#pragma once

#include <compare>
#include <expected>
#include <string>
#include <string_view>

namespace functionmesh::pulsar {

/// A package in Pulsar's package service: function://tenant/namespace/name@version.
struct PackageName {
  std::string type;  ///< "function", "sink" or "source"
  std::string tenant;
  std::string namespace_;
  std::string name;
  std::string version = "latest";

  static std::expected<PackageName, std::string> parse(std::string_view text);

  auto operator<=>(const PackageName&) const = default;
};

std::string to_string(const PackageName& package);

}  // namespace functionmesh::pulsar
