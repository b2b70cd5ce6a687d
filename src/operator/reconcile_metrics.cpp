#include "operator/reconcile_metrics.hpp"

#include "base/text.hpp"

namespace functionmesh::process {
namespace {

/// Milliseconds, the reference's buckets.
base::Histogram empty_latency() {
  return base::Histogram{{10, 100, 1'000, 10'000, 30'000, 60'000}};
}

}  // namespace

cluster::Key ReconcileMetrics::series_of(const cluster::Key& key) const {
  return {base::lower(key.kind), key.namespace_, with_names_ ? key.name : ""};
}

void ReconcileMetrics::add(const reconcile::Reconciled& end) {
  const auto [series, is_new] = series_.try_emplace(series_of(end.key), empty_latency());
  using Milliseconds = std::chrono::duration<double, std::milli>;
  series->second.latency.observe(Milliseconds{end.duration}.count());
  series->second.errors += end.error == nullptr ? 0 : 1;
}

void ReconcileMetrics::forget(const cluster::Key& key) {
  if (with_names_) {
    series_.erase(series_of(key));
  }
}

void ReconcileMetrics::write(base::MetricsText& text) const {
  const auto each = [&](const auto& sample) {
    for (const auto& [key, series] : series_) {
      base::MetricsText::Labels labels{{"type", key.kind}, {"namespace", key.namespace_}};
      if (with_names_) {
        labels.emplace_back("name", key.name);
      }
      sample(labels, series);
    }
  };
  text.family("function_mesh_reconcile_count", "counter", "Reconciles that ended.");
  each([&](const auto& labels, const Series& series) {
    text.sample(labels, static_cast<double>(series.latency.count()));
  });
  text.family("function_mesh_reconcile_errors_total", "counter",
              "Reconciles that failed and are tried again.");
  each([&](const auto& labels, const Series& series) {
    text.sample(labels, static_cast<double>(series.errors));
  });
  text.family("function_mesh_reconcile_latency", "histogram",
              "How long reconciles took, in milliseconds.");
  each([&](const auto& labels, const Series& series) { text.sample(labels, series.latency); });
}

}  // namespace functionmesh::process
