#include "api/crd.hpp"
#include "base/yaml.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace functionmesh::cli {

int crds(const CrdsOptions& options) {
  base::JsonArray items;
  std::string yaml =
      "# Made by `functionmesh crds`. Change the tables in src/api, not this text.\n";
  for (const api::Kind kind : api::kKindsWithDefinition) {
    if (!options.kind.empty() && options.kind != api::kind_name(kind)) {
      continue;
    }
    base::Json definition = api::custom_resource_definition(kind);
    yaml += "---\n" + base::write_yaml(definition);
    items.push_back(std::move(definition));
  }
  const base::Json list =
      base::JsonObject{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
  print(options.output == "json" ? base::write_json(list, base::Layout::indented) + "\n" : yaml);
  return kOk;
}

}  // namespace functionmesh::cli
