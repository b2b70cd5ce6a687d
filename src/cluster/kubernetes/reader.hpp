#pragma once

#include "cluster/cluster.hpp"
#include "cluster/kubernetes/client.hpp"

namespace functionmesh::kubernetes {

using base::Json;
using cluster::Key;
using cluster::Object;

/// A Cluster that only reads, each time from the API server: for commands that look at a few
/// objects with whatever rights their user has. Nothing is cached or watched; every write fails.
class Reader final : public cluster::Cluster {
 public:
  /// The client has to outlive it.
  explicit Reader(Client& client) : client_{client} {}

  /// `forbidden` says which right is missing.
  asio::awaitable<Result<Object>> get(Key key) override;

  /// `not_found` when the cluster does not know the kind.
  asio::awaitable<Result<std::vector<Object>>> list(cluster::Selector selector) override;

  asio::awaitable<Result<Object>> apply(Json object) override;
  asio::awaitable<Result<void>> take_over(Key key) override;
  asio::awaitable<Result<Object>> patch(Key key, Json merge_patch) override;
  asio::awaitable<Result<Object>> write_status(Key key, Json status,
                                               std::string resource_version) override;
  asio::awaitable<Result<void>> remove(Key key, std::string uid = {}) override;
  void record(cluster::Event event) override;
  void watch(std::string kind, cluster::Listener listener) override;

 private:
  Client& client_;
};

}  // namespace functionmesh::kubernetes
