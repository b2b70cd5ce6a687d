// Any bytes as a manifest: they are refused with a message or read, and the same way each time.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/resource.hpp"
#include "base/yaml.hpp"

namespace {

using namespace functionmesh;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string text_of(const api::Problems& problems) {
  std::string text;
  for (const auto* list : {&problems.errors, &problems.warnings}) {
    for (const api::Problem& problem : *list) {
      text += problem.field + ": " + problem.message + "\n";
    }
  }
  return text;
}

void judge(const base::Json& value) {
  const api::Decoded first = api::check(value);
  (void)api::display_name(first.resource);
  (void)api::validate(first.resource, &first.resource);

  // Written and read again it is the same resource.
  const auto again = base::parse_json(base::write_json(value));
  require(again.has_value());
  require(text_of(api::check(*again).problems) == text_of(first.problems));

  api::Resource twice = first.resource;
  api::set_defaults(twice);
  require(text_of(api::validate(twice)) == text_of(api::validate(first.resource)));

  if (const auto* mesh = std::get_if<api::Mesh>(&first.resource)) {
    for (const api::MeshEntry& entry : mesh->functions) {
      (void)api::check(api::mesh_child(*mesh, api::Kind::function, entry));
    }
  }
}

// The input as it says itself, and as the spec of every kind.
void judge_as_every_kind(const base::Json& value) {
  if (api::kind_of(base::text_at(value, {"kind"}))) {
    judge(value);
  }
  for (const char* kind : {"Function", "Source", "Sink", "FunctionMesh", "BackendConfig"}) {
    judge({{"apiVersion", api::kApiVersion},
           {"kind", kind},
           {"metadata", {{"name", "x"}}},
           {"spec", value}});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto json = base::parse_json(text)) {
    judge_as_every_kind(*json);
  }
  const auto documents = base::parse_yaml(text, "input.yaml");
  if (!documents) {
    require(documents.error().starts_with("input.yaml:"));
    return 0;
  }
  for (const base::YamlDocument& document : *documents) {
    judge_as_every_kind(document.value);
    const auto read = base::parse_yaml(base::write_yaml(document.value), "written.yaml");
    require(read && read->size() == 1 && base::equal(read->front().value, document.value));
  }
  return 0;
}
