#pragma once

#include <array>
#include <string>
#include <vector>

#include "cluster/kubernetes/kubernetes_cluster.hpp"
#include "operator/admission_server.hpp"
#include "operator/reconcile_metrics.hpp"

namespace functionmesh::process {

/// What /metrics tells, gathered when it is asked for.
struct OperatorNumbers {
  const ReconcileMetrics* reconciles = nullptr;
  std::vector<kubernetes::KindState> states;
  std::array<const kubernetes::RequestCounts*, 2> requests{};  ///< those that are set, added up
  std::size_t waiting = 0;                                     ///< resources in the queue
  std::size_t running = 0;                                     ///< reconciles under way
  bool leads = false;
  std::uint64_t terms = 0;  ///< how often it became the leader
  const ReviewCounts* reviews = nullptr;
};

std::string metrics_text(const OperatorNumbers& numbers);

}  // namespace functionmesh::process
