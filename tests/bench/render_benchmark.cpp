// What it costs to make the Kubernetes objects of a component.
//
//   build/tests/bench/render_benchmark [--benchmark_filter=...]
//
// DecodeValidateRenderCases reads the recorded conformance inputs: run it in the repository's root.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>

#include "api/resource.hpp"
#include "manifest/manifests.hpp"
#include "render/render.hpp"

namespace functionmesh {
namespace {

constexpr std::string_view kOrdinaryFunction = R"(
apiVersion: compute.functionmesh.io/v1alpha1
kind: Function
metadata: {name: enrich, namespace: default}
spec:
  className: org.example.Enrich
  image: streamnative/pulsar-functions-java-runner:3.2.2.1
  replicas: 2
  maxReplicas: 5
  input: {topics: [persistent://public/default/in], typeClassName: java.lang.String}
  output: {topic: persistent://public/default/out, typeClassName: java.lang.String}
  funcConfig: {greeting: hello, limit: 10}
  resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}
  secretsMap: {password: {path: enrich-secret, key: password}}
  pulsar: {pulsarConfig: pulsar, authSecret: pulsar-auth}
  java: {jar: /pulsar/enrich.jar, jarLocation: function://public/default/enrich@1}
)";

std::vector<base::Json> objects_of(const manifest::Manifests& manifests) {
  std::vector<base::Json> objects;
  for (const manifest::Manifest& manifest : manifests.objects) {
    objects.push_back(manifest.object);
  }
  return objects;
}

void render_all(const api::Component& component) {
  benchmark::DoNotOptimize(render::render(component, render::Settings{}, {}));
}

/// Everything that becomes objects: a component itself, a mesh through its children.
void decode_validate_render(const base::Json& object) {
  if (!api::kind_of(base::text_at(object, {"kind"}))) {
    return;
  }
  api::Resource resource = api::decode(object).resource;
  api::set_defaults(resource);
  benchmark::DoNotOptimize(api::validate(resource));
  if (const auto* component = std::get_if<api::Component>(&resource)) {
    render_all(*component);
  } else if (const auto* mesh = std::get_if<api::Mesh>(&resource)) {
    for (const auto& [kind, entries] :
         {std::pair{api::Kind::function, &mesh->functions},
          std::pair{api::Kind::source, &mesh->sources}, std::pair{api::Kind::sink, &mesh->sinks}}) {
      for (const api::MeshEntry& entry : *entries) {
        api::Resource child = api::decode(api::mesh_child(*mesh, kind, entry)).resource;
        api::set_defaults(child);
        render_all(std::get<api::Component>(child));
      }
    }
  }
}

void OneFunction(benchmark::State& state) {
  const auto manifests = manifest::parse_manifests(kOrdinaryFunction, "function.yaml");
  api::Resource resource = api::decode(manifests.objects.at(0).object).resource;
  api::set_defaults(resource);
  const auto& component = std::get<api::Component>(resource);
  for (auto _ : state) {
    render_all(component);
  }
}
BENCHMARK(OneFunction)->Unit(benchmark::kMicrosecond);

void DecodeValidateRenderOneFunction(benchmark::State& state) {
  const auto objects = objects_of(manifest::parse_manifests(kOrdinaryFunction, "function.yaml"));
  for (auto _ : state) {
    decode_validate_render(objects.at(0));
  }
}
BENCHMARK(DecodeValidateRenderOneFunction)->Unit(benchmark::kMicrosecond);

void DecodeValidateRenderCases(benchmark::State& state) {
  std::vector<std::string> files;
  for (const std::filesystem::path inputs :
       {"tests/conformance/cases", "../shared/conformance/samples"}) {
    std::error_code absent;  // the samples are only beside some checkouts
    for (const auto& folder : std::filesystem::directory_iterator(inputs, absent)) {
      files.push_back(folder.path() / "input.yaml");
    }
  }
  if (files.empty()) {
    state.SkipWithError("run it where tests/conformance/cases is");
    return;
  }
  std::ranges::sort(files);
  const auto objects = objects_of(manifest::read_manifests(files));
  for (auto _ : state) {
    for (const base::Json& object : objects) {
      decode_validate_render(object);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(files.size()));
}
BENCHMARK(DecodeValidateRenderCases)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace functionmesh

BENCHMARK_MAIN();
