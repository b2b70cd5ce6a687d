#include "api/crd.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace functionmesh::cli {

int crds(const CrdsOptions& options) {
  std::vector<api::Kind> kinds(std::begin(api::kKindsWithDefinition),
                               std::end(api::kKindsWithDefinition));
  if (const auto only = api::kind_of(options.kind)) {
    kinds = {*only};
  }
  if (options.output == "yaml") {
    print(api::custom_resource_definitions(kinds));
    return kOk;
  }
  base::JsonArray items;
  for (const api::Kind kind : kinds) {
    items.push_back(api::custom_resource_definition(kind));
  }
  const base::Json list =
      base::JsonObject{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
  print(base::write_json(list, base::Layout::indented) + "\n");
  return kOk;
}

}  // namespace functionmesh::cli
