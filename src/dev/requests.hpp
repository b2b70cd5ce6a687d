#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "base/error.hpp"
#include "cluster/local/memory_cluster.hpp"

namespace functionmesh::dev {

/// What a running `dev` does for other commands, over its cluster. A request is an object:
///
///   {"verb": "list", "kinds": [...], "namespace": "default", "name": ""}   -> [objects]
///   {"verb": "describe", "kind", "namespace", "name"}     -> {"object", "events", "pods"}
///   {"verb": "apply", "objects": [...]}                   -> ["Function/default/x created", ...]
///   {"verb": "delete", "kind", "namespace", "name"}       -> "Function/default/x deleted"
///   {"verb": "scale", "kind", "namespace", "name", "replicas"} -> "... scaled to 3"
///
/// The data of Secrets is never handed out.
class Requests {
 public:
  /// Called with objects before they are applied, so that what they refer to can be supplied.
  using BeforeApply =
      std::function<boost::asio::awaitable<void>(const std::vector<base::Json>& objects)>;

  Requests(local::MemoryCluster& cluster, BeforeApply before_apply)
      : cluster_(cluster), before_apply_(std::move(before_apply)) {}

  boost::asio::awaitable<base::Result<base::Json>> answer(base::Json request);

 private:
  boost::asio::awaitable<base::Result<base::Json>> list(const base::Json& request);
  boost::asio::awaitable<base::Result<base::Json>> describe(const base::Json& request);
  boost::asio::awaitable<base::Result<base::Json>> apply(const base::Json& request);
  boost::asio::awaitable<base::Result<base::Json>> remove(const base::Json& request);
  boost::asio::awaitable<base::Result<base::Json>> scale(const base::Json& request);

  local::MemoryCluster& cluster_;
  BeforeApply before_apply_;
};

}  // namespace functionmesh::dev
