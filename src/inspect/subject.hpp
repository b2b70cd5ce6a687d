#pragma once

#include "inspect/traffic.hpp"
#include "view/objects.hpp"

namespace functionmesh::inspect {

using cluster::Key;
using cluster::Object;

/// An object and all that belongs to a page about it.
struct Subject {
  Json object;
  std::vector<Json> events;  ///< about it and its parts, the latest
  std::vector<Json> pods;
  view::Findings findings;
};

/// Fails when the object itself cannot be read; what else cannot is among the findings' gaps.
asio::awaitable<Result<Subject>> look_at(cluster::Cluster& cluster, const Means& means, Key key,
                                         base::TimePoint now);

/// The Functions, Sources and Sinks that a FunctionMesh made.
asio::awaitable<Result<std::vector<Object>>> children_of(cluster::Cluster& cluster, Object mesh);

/// The pods of a Function, Source or Sink.
asio::awaitable<Result<std::vector<Object>>> pods_of(cluster::Cluster& cluster, Object component);

}  // namespace functionmesh::inspect
