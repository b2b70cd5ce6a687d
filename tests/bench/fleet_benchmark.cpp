#include <benchmark/benchmark.h>
#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "cluster/local/memory_cluster.hpp"
#include "reconcile/manager.hpp"

/// Many components through the cluster in memory and the controllers, with pods that are ready at
/// once. Time is the machine's; one iteration is one fleet.
namespace functionmesh {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;
using cluster::Object;

/// What a node does, without processes.
class NoOpKubelet {
 public:
  NoOpKubelet(local::MemoryCluster& cluster, boost::asio::io_context& loop) : cluster_{cluster} {
    cluster_.watch("StatefulSet", [this, &loop](cluster::Change change, const Object& object) {
      if (change != cluster::Change::deleted) {
        boost::asio::co_spawn(loop, report(object), boost::asio::detached);
      }
    });
  }

 private:
  boost::asio::awaitable<void> report(Object object) {
    const cluster::Key key = cluster::key_of(*object);
    const std::int64_t generation = base::number_at(*object, {"metadata", "generation"});
    if (base::number_at(*object, {"status", "observedGeneration"}) == generation) {
      co_return;
    }
    const std::string pod = key.name + "-0";
    JsonObject owner{{"kind", "StatefulSet"},
                     {"name", key.name},
                     {"uid", *base::find(*object, {"metadata", "uid"})},
                     {"controller", true}};
    JsonObject metadata{
        {"name", pod},
        {"namespace", key.namespace_},
        {"labels", *base::find(*object, {"spec", "template", "metadata", "labels"})},
        {"ownerReferences", JsonArray{std::move(owner)}}};
    co_await cluster_.apply(
        JsonObject{{"apiVersion", "v1"},
                   {"kind", "Pod"},
                   {"metadata", std::move(metadata)},
                   {"spec", *base::find(*object, {"spec", "template", "spec"})}});
    JsonObject ready{{"type", "Ready"}, {"status", "True"}};
    co_await cluster_.write_status({"Pod", key.namespace_, pod},
                                   JsonObject{{"conditions", JsonArray{std::move(ready)}}}, {});
    co_await cluster_.write_status(
        key, JsonObject{{"observedGeneration", generation}, {"replicas", 1}, {"readyReplicas", 1}},
        {});
  }

  local::MemoryCluster& cluster_;
};

Json function(std::int64_t number) {
  Json object = base::parse_json(R"({
      "apiVersion": "compute.functionmesh.io/v1alpha1", "kind": "Function",
      "metadata": {"name": "", "namespace": "default"},
      "spec": {"className": "example.Exclamation", "replicas": 1,
          "java": {"jar": "/pulsar/examples/api-examples.jar"},
          "input": {"topics": ["persistent://public/default/in"]},
          "output": {"topic": "persistent://public/default/out"},
          "resources": {"requests": {"cpu": "100m", "memory": "256Mi"},
                        "limits": {"cpu": "1", "memory": "256Mi"}},
          "funcConfig": {"greeting": "hello"}, "secretsMap": {"TOKEN": {"path": "s", "key": "k"}},
          "pulsar": {"pulsarConfig": "broker"}}})")
                    .value();
  object.at("metadata").get_object()["name"] = "function-" + std::to_string(number);
  return object;
}

/// Runs the loop until nothing is left to do.
void settle(boost::asio::io_context& loop, const reconcile::Manager& manager) {
  do {
    loop.restart();
    loop.run_for(std::chrono::milliseconds{1});  // for the timer
    loop.restart();
    while (loop.poll() > 0) {
    }
  } while (manager.running() > 0 || manager.next_due());
}

std::size_t bytes_in_use() {
  return ::mallinfo2().uordblks;
}

void bring_up_a_fleet(benchmark::State& state) {
  const std::int64_t components = state.range(0);
  double reconciles = 0;
  double writes = 0;
  double bytes = 0;
  double ready = 0;
  for (auto _ : state) {
    const std::size_t bytes_before = bytes_in_use();
    boost::asio::io_context loop;
    const base::SystemClock clock;
    local::MemoryCluster cluster{loop.get_executor(), clock};
    NoOpKubelet kubelet{cluster, loop};
    reconcile::Manager manager{cluster, clock, render::Settings{}, loop.get_executor()};
    manager.start();
    for (std::int64_t i = 0; i < components; ++i) {
      boost::asio::co_spawn(loop, cluster.apply_as("user", function(i)), boost::asio::detached);
    }
    settle(loop, manager);
    reconciles += static_cast<double>(manager.reconciles());
    writes += static_cast<double>(cluster.writes());
    bytes += static_cast<double>(bytes_in_use() - bytes_before);

    state.PauseTiming();
    boost::asio::co_spawn(
        loop,
        [&]() -> boost::asio::awaitable<void> {
          const auto found = co_await cluster.list({"Function", {}, {}});
          for (const Object& object : found.value()) {
            ready += base::text_at(*object, {"status", "phase"}) == "Ready" ? 1 : 0;
          }
          co_await manager.stop();
        },
        boost::asio::detached);
    settle(loop, manager);
    state.ResumeTiming();
  }
  const double all = static_cast<double>(state.iterations() * components);
  if (ready != all) {
    state.SkipWithError("not every component became ready");
  }
  state.counters["components/s"] = benchmark::Counter(all, benchmark::Counter::kIsRate);
  state.counters["reconciles/s"] = benchmark::Counter(reconciles, benchmark::Counter::kIsRate);
  state.counters["reconciles/component"] = reconciles / all;
  state.counters["writes/component"] = writes / all;
  state.counters["bytes/component"] = bytes / all;
}
BENCHMARK(bring_up_a_fleet)->Arg(5000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace functionmesh

BENCHMARK_MAIN();
