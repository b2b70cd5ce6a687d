// read_back_check FILE: FILE holds a list of {name, desired, live}, live being what an API server
// gave back for desired. Prints where our comparisons see a difference; there should be none.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "reconcile/meaning.hpp"

namespace reconcile = functionmesh::reconcile;
namespace base = functionmesh::base;

namespace {

int report(std::string_view name, std::string_view how, const std::vector<std::string>& paths) {
  if (paths.empty()) {
    return 0;
  }
  std::printf("%.*s (%.*s): %s\n", static_cast<int>(name.size()), name.data(),
              static_cast<int>(how.size()), how.data(), reconcile::summary_of(paths).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file{argc == 2 ? argv[1] : ""};
  std::stringstream text;
  text << file.rdbuf();
  const auto pairs = base::parse_json(text.str());
  if (!pairs || !pairs->is_array()) {
    std::fprintf(stderr, "usage: read_back_check FILE (a JSON list of {name, desired, live})\n");
    return 2;
  }
  int different = 0;
  for (const base::Json& pair : pairs->get_array()) {
    const base::Json& live = pair.at("live");
    const base::Json& desired = pair.at("desired");
    const std::string_view name = base::text_at(pair, {"name"});
    different += report(name, "as applied", reconcile::differing_paths(live, desired));
    if (base::text_at(live, {"kind"}) == "StatefulSet") {
      different += report(name, "in meaning", reconcile::differences_in_meaning(live, desired));
    }
  }
  std::printf("%zu objects, %d differences\n", pairs->get_array().size(), different);
  return different == 0 ? 0 : 1;
}
