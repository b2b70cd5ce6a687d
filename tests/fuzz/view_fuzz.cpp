// Any bytes as a manifest: every picture and page of it is made, the same each time, of printable
// characters only.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/yaml.hpp"
#include "view/graph.hpp"
#include "view/live.hpp"
#include "view/objects.hpp"
#include "view/text.hpp"

namespace {

using namespace functionmesh;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void require_printable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    require(view::one_line(text.substr(0, end)) == text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto documents = base::parse_yaml({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!documents) {
    return 0;
  }
  std::vector<base::Json> objects;
  std::vector<api::Resource> resources;
  for (const base::YamlDocument& document : *documents) {
    objects.push_back(document.value);
    if (api::kind_of(base::text_at(document.value, {"kind"}))) {
      resources.push_back(api::decode(document.value).resource);
    }
  }
  const view::Graph graph = view::graph_of(resources);
  for (const auto draw : {&view::mermaid, &view::dot, &view::svg}) {
    const std::string drawn = draw(graph);
    require_printable(drawn);
    require(draw(view::graph_of(resources)) == drawn);
  }

  require_printable(view::get_table(objects, {}));
  std::vector<view::Row> rows;
  for (const base::Json& object : objects) {
    require_printable(view::describe(object, objects, objects, {}));
    rows.push_back(view::row_of(object, objects, {}));
  }
  const int width = static_cast<int>(size % 150);
  require_printable(view::table(rows, {"fuzz", "", ""}, {width, 20}, false));
  return 0;
}
