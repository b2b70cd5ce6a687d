#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.hpp"
#include "view/grid.hpp"
#include "view/human.hpp"
#include "view/live.hpp"
#include "view/objects.hpp"
#include "view/status.hpp"

namespace functionmesh::view {
namespace {

std::string display_name(const Json& object, bool with_namespace) {
  std::string name = base::lower(kind_of(object)) + "/";
  if (with_namespace) {
    name += namespace_name_of(object) + "/";
  }
  return name + name_of(object);
}

std::string part(std::int64_t ready, std::int64_t wanted) {
  return std::to_string(ready) + "/" + std::to_string(wanted);
}

std::string dash(std::string text) {
  return text.empty() ? "-" : text;
}

void add_component(Grid& grid, const Json& object, const std::string& name, base::TimePoint now) {
  const State state = component_state(object, {});
  grid.add({{name},
            {part(state.ready, state.wanted)},
            {state.word, paint_of(state.word)},
            {age_of(object, now)},
            {state.message}});
}

void add_pod(Grid& grid, const Json& pod, const std::string& name, base::TimePoint now) {
  const State state = pod_state(pod);
  grid.add({{name},
            {part(state.ready, state.wanted)},
            {state.word, paint_of(state.word)},
            {std::to_string(restarts_of(pod))},
            {age_of(pod, now)},
            {dash(process_of(pod))},
            {dash(ports_of(pod))},
            {state.message}});
}

void add_other(Grid& grid, const Json& object, const std::string& name, base::TimePoint now) {
  std::string ready = "-";
  if (base::find(object, {"spec", "replicas"}) != nullptr) {
    ready = part(base::number_at(object, {"status", "readyReplicas"}),
                 base::number_at(object, {"spec", "replicas"}));
  }
  grid.add({{name}, {ready}, {age_of(object, now)}});
}

}  // namespace

std::string get_table(const std::vector<Json>& objects, base::TimePoint now, int width,
                      bool colour) {
  std::set<std::string> namespaces;
  for (const Json& object : objects) {
    namespaces.insert(namespace_name_of(object));
  }
  Grid components({{"NAME"}, {"READY"}, {"STATE"}, {"AGE"}, {"MESSAGE"}});
  Grid pods(
      {{"NAME"}, {"READY"}, {"STATE"}, {"RESTARTS"}, {"AGE"}, {"PID"}, {"PORTS"}, {"MESSAGE"}});
  Grid others({{"NAME"}, {"READY"}, {"AGE"}});
  for (const Json& object : objects) {
    const std::string name = display_name(object, namespaces.size() > 1);
    if (is_component(object) || is_mesh(object)) {
      add_component(components, object, name, now);
    } else if (kind_of(object) == "Pod") {
      add_pod(pods, object, name, now);
    } else {
      add_other(others, object, name, now);
    }
  }
  std::string text;
  for (const Grid* grid : {&components, &pods, &others}) {
    if (grid->empty()) {
      continue;
    }
    text += text.empty() ? "" : "\n";
    for (const std::string& line : grid->lines(width, colour)) {
      text += line + "\n";
    }
  }
  return text;
}

}  // namespace functionmesh::view
