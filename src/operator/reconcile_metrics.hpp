#pragma once

#include <map>
#include <string>

#include "base/metrics.hpp"
#include "reconcile/manager.hpp"

namespace functionmesh::process {

/// Counts reconciles by kind and namespace, and by name when asked to: names come and go, so that
/// many would pile up in a metrics store.
class ReconcileMetrics {
 public:
  explicit ReconcileMetrics(bool with_names) : with_names_{with_names} {}

  void add(const reconcile::Reconciled& end);

  /// The object is gone: its own series end.
  void forget(const cluster::Key& key);

  void write(base::MetricsText& text) const;

 private:
  struct Series {
    base::Histogram latency;
    std::uint64_t errors = 0;
  };

  cluster::Key series_of(const cluster::Key& key) const;

  bool with_names_;
  std::map<cluster::Key, Series> series_;
};

}  // namespace functionmesh::process
