#include "render/resources.hpp"

namespace functionmesh::render {
namespace {

std::optional<base::Quantity> parse(const api::Json& value) {
  if (!value.is_string() && !value.is_number()) {
    return std::nullopt;
  }
  const auto amount = value.is_string()
                          ? base::Quantity::parse(std::string_view{value.get_string()})
                          : base::Quantity::parse(base::write_json(value));
  return amount ? std::optional{*amount} : std::nullopt;
}

}  // namespace

std::optional<base::Quantity> amount_of(const std::optional<api::JsonObject>& resources,
                                        std::string_view side, std::string_view name) {
  if (!resources) {
    return std::nullopt;
  }
  const api::Json* amounts = resources->if_contains(side);
  if (amounts == nullptr || !amounts->is_object()) {
    return std::nullopt;
  }
  const api::Json* amount = amounts->get_object().if_contains(name);
  return amount == nullptr ? std::nullopt : parse(*amount);
}

api::JsonObject canonical_resources(const api::JsonObject& resources) {
  api::JsonObject result = resources;
  for (const std::string_view side : {"requests", "limits"}) {
    api::Json* amounts = result.if_contains(side);
    if (amounts == nullptr || !amounts->is_object()) {
      continue;
    }
    for (auto& [name, amount] : amounts->get_object()) {
      if (const auto parsed = parse(amount)) {
        amount = parsed->text();
      }
    }
  }
  return result;
}

}  // namespace functionmesh::render
