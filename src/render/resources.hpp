#pragma once

#include <optional>
#include <string_view>

#include "api/types.hpp"
#include "base/quantity.hpp"

namespace functionmesh::render {

/// An amount in a resource's requests or limits; nullopt when it is not there or is no amount.
std::optional<base::Quantity> amount_of(const std::optional<api::JsonObject>& resources,
                                        std::string_view side, std::string_view name);

/// The same resources with every amount in the form in which the API server gives it back.
api::JsonObject canonical_resources(const api::JsonObject& resources);

}  // namespace functionmesh::render
