#pragma once

#include "api/types.hpp"

namespace functionmesh::render {

/// Puts a connector in the place of a Function's topics in the `source` of its details.
void replace_source(api::JsonObject& source, const api::Connector& connector);

/// The same for its output topic in `sink`.
void replace_sink(api::JsonObject& sink, const api::Connector& connector);

}  // namespace functionmesh::render
