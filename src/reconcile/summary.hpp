#pragma once

#include <string>

#include "api/types.hpp"

namespace functionmesh::reconcile {

/// What a component is, for the columns of a table. Parts are empty where nothing is given.
struct Summary {
  std::string runtime;  ///< java, python, go, or the language of a generic runtime
  std::string inputs;   ///< topics as they are written in the spec, or the connector's name
  std::string output;
};

/// Pure; takes any JSON for a resource.
Summary summary_of(api::Kind kind, const api::Json& resource);

}  // namespace functionmesh::reconcile
