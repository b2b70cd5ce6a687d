#include "operator/operator_metrics.hpp"

#include "operator/usage_of_machine.hpp"

namespace functionmesh::process {
namespace {

using base::MetricsText;

void write_requests(const OperatorNumbers& numbers, MetricsText& text) {
  kubernetes::RequestCounts all;
  for (const auto* counts : numbers.requests) {
    if (counts != nullptr) {
      for (const auto& [request, count] : *counts) {
        all[request] += count;
      }
    }
  }
  text.family("function_mesh_api_requests_total", "counter",
              "Requests to the API server by the status of their answer; 0: there was none.");
  for (const auto& [request, count] : all) {
    const auto& [verb, status] = request;
    const std::string code = std::to_string(status);
    text.sample({{"verb", verb}, {"code", code}}, static_cast<double>(count));
  }
}

void write_kinds(const OperatorNumbers& numbers, MetricsText& text) {
  const auto each = [&](const auto& value_of) {
    for (const kubernetes::KindState& state : numbers.states) {
      text.sample({{"kind", state.kind}}, static_cast<double>(value_of(state)));
    }
  };
  text.family("function_mesh_cached_objects", "gauge", "Objects in memory.");
  each([](const auto& state) { return state.objects; });
  text.family("function_mesh_cache_usable", "gauge", "1: the objects of the kind are known.");
  each([](const auto& state) { return state.usable ? 1 : 0; });
  text.family("function_mesh_watch_restarts_total", "counter",
              "Watches that ended before their time was over.");
  each([](const auto& state) { return state.watch_restarts; });
}

void write_reviews(const ReviewCounts& reviews, MetricsText& text) {
  text.family("function_mesh_admission_reviews_total", "counter",
              "Reviews that a webhook answered, by what it said.");
  for (const auto& [review, count] : reviews) {
    const auto& [webhook, answer] = review;
    text.sample({{"webhook", webhook}, {"answer", answer}}, static_cast<double>(count));
  }
}

}  // namespace

std::string metrics_text(const OperatorNumbers& numbers) {
  MetricsText text;
  numbers.reconciles->write(text);
  text.family("function_mesh_queue_depth", "gauge", "Resources that wait to be reconciled.");
  text.sample({}, static_cast<double>(numbers.waiting));
  text.family("function_mesh_reconciles_running", "gauge", "Reconciles under way.");
  text.sample({}, static_cast<double>(numbers.running));
  write_requests(numbers, text);
  write_kinds(numbers, text);
  if (numbers.reviews != nullptr) {
    write_reviews(*numbers.reviews, text);
  }
  text.family("function_mesh_leader", "gauge", "1: this operator works; 0: it stands by.");
  text.sample({}, numbers.leads ? 1 : 0);
  text.family("function_mesh_leader_terms_total", "counter",
              "How often this operator became the leader.");
  text.sample({}, static_cast<double>(numbers.terms));
  text.family("function_mesh_build_info", "gauge", "Always 1; what this program is.");
  text.sample({{"version", FM_VERSION}}, 1);
  write_usage(text);
  return text.text();
}

}  // namespace functionmesh::process
