#pragma once

#include <map>

#include "cluster/local/memory_cluster.hpp"

namespace functionmesh::plan {

namespace asio = boost::asio;
using base::Json;
using base::Result;
using cluster::Key;
using cluster::Object;

/// A cluster as it would be: reads come from another one, the facts, until something is written.
/// Writes stay here. So the controllers' own code can be run on it to see what it does.
///
/// What may not be read of the facts fails as there.
class Forecast final : public cluster::Cluster {
 public:
  /// Both have to outlive it.
  Forecast(cluster::Cluster& facts, asio::any_io_executor executor, const base::Clock& clock)
      : facts_{facts}, memory_{std::move(executor), clock} {}

  /// What a user's `kubectl apply` of this object makes of it.
  asio::awaitable<Result<Object>> apply_by_user(Json object);

  /// What the facts have; null if nothing. What may not be read counts as absent.
  asio::awaitable<Object> fact(Key key);

  asio::awaitable<Result<Object>> get(Key key) override;
  asio::awaitable<Result<std::vector<Object>>> list(cluster::Selector selector) override;
  asio::awaitable<Result<Object>> apply(Json object) override;
  asio::awaitable<Result<void>> take_over(Key key) override;
  asio::awaitable<Result<Object>> patch(Key key, Json merge_patch) override;
  asio::awaitable<Result<Object>> write_status(Key key, Json status,
                                               std::string resource_version) override;
  asio::awaitable<Result<void>> remove(Key key, std::string uid = {}) override;
  void record(cluster::Event event) override { memory_.record(std::move(event)); }
  void watch(std::string kind, cluster::Listener listener) override {
    memory_.watch(std::move(kind), std::move(listener));
  }

 private:
  asio::awaitable<Result<void>> fetch(Key key);

  cluster::Cluster& facts_;
  local::MemoryCluster memory_;
  std::map<Key, Object> facts_known_;  ///< as they were read; null: does not exist
};

}  // namespace functionmesh::plan
