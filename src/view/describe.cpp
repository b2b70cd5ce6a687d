#include <algorithm>

#include "api/resource.hpp"
#include "api/topic.hpp"
#include "base/text.hpp"
#include "render/render.hpp"
#include "view/flows.hpp"
#include "view/grid.hpp"
#include "view/human.hpp"
#include "view/objects.hpp"
#include "view/page.hpp"
#include "view/status.hpp"

namespace functionmesh::view {
namespace {

using base::text_at;
using Role = Flow::Role;

// Where code comes from, without what a URL may carry of credentials: user, password, query.
std::string without_credentials(std::string_view url) {
  std::string result(url.substr(0, url.find_first_of("?#")));
  const std::size_t scheme = result.find("://");
  if (scheme == std::string::npos) {
    return result;
  }
  const std::size_t host = scheme + 3;
  const std::size_t host_end = std::min(result.find('/', host), result.size());
  const std::size_t at = result.rfind('@', host_end);
  // A package's version also stands behind an @: function://public/default/enrich@1.
  if (result.starts_with("http") && at != std::string::npos && at >= host) {
    result.erase(host, at + 1 - host);
  }
  return result;
}

std::string code_of(const api::ComponentSpec& spec) {
  const auto from = [](std::string_view language, const std::string& file,
                       const std::string& location) {
    std::string text = std::string(language) + ", " + file;
    return location.empty() ? text : text + " from " + without_credentials(location);
  };
  if (spec.java) {
    return from("Java", spec.java->jar, spec.java->jar_location);
  }
  if (spec.python) {
    return from("Python", spec.python->py, spec.python->py_location);
  }
  if (spec.golang) {
    return from("Go", spec.golang->go, spec.golang->go_location);
  }
  if (spec.generic_runtime) {
    const api::GenericRuntime& generic = *spec.generic_runtime;
    return from(generic.language, generic.function_file, generic.function_file_location);
  }
  return {};
}

std::string keys_of(const std::optional<base::JsonObject>& config) {
  std::vector<std::string> keys;
  if (config) {
    for (const auto& member : *config) {
      keys.emplace_back(member.key());
    }
  }
  return joined(keys);
}

std::string amounts(const std::optional<base::JsonObject>& resources, const char* which) {
  const base::Json all = resources ? base::Json(*resources) : base::Json();
  const base::Json* found = base::find(all, {which});
  std::vector<std::string> parts;
  if (found != nullptr && found->is_object()) {
    for (const auto& [name, amount] : found->get_object()) {
      const std::string text =
          amount.is_string() ? std::string(amount.get_string()) : base::write_json(amount);
      parts.push_back(std::string(name) + " " + text);
    }
  }
  return joined(parts);
}

void add_topics(Page& page, const api::Component& component) {
  struct Title {
    Role role;
    const char* text;
  };
  constexpr Title kTitles[] = {
      {Role::reads, "Reads"},         {Role::reads_pattern, "Reads topics like"},
      {Role::writes, "Writes"},       {Role::logs, "Logs to"},
      {Role::late_data, "Late data"}, {Role::dead_letters, "Dead letters"},
  };
  const std::vector<Flow> flows = flows_of(component);
  for (const Title& title : kTitles) {
    for (const Flow& flow : flows) {
      if (flow.role == title.role) {
        page.field(title.text, flow.topic);
      }
    }
  }
}

void add_connector(Page& page, const char* title, const std::optional<api::Connector>& connector) {
  if (connector) {
    page.field(title, joined({connector->connector_type, connector->class_name}));
    page.field("Config keys", keys_of(connector->configs));
  }
}

void add_secrets(Page& page, const api::ComponentSpec& spec) {
  if (!spec.secrets_map) {
    return;
  }
  for (const auto& [name, secret] : *spec.secrets_map) {
    page.field("Secrets", name + " from key " + secret.key + " of Secret " + secret.path);
  }
}

std::string subscription_of(const api::ComponentSpec& spec) {
  // The reference starts at the earliest message, unlike Pulsar itself.
  return api::subscription_name(spec) + ", from the " +
         (spec.subscription_position.empty() ? "earliest" : spec.subscription_position);
}

std::string scaling_of(const api::ComponentSpec& spec) {
  if (!spec.max_replicas) {
    return {};
  }
  return std::to_string(spec.min_replicas.value_or(1)) + " to " +
         std::to_string(*spec.max_replicas) + " instances";
}

void add_component(Page& page, const Json& object) {
  const api::Decoded decoded = api::decode(object);
  const auto* read = std::get_if<api::Component>(&decoded.resource);
  if (read == nullptr) {
    return;
  }
  api::Component component = *read;
  api::set_defaults(component);
  const api::ComponentSpec& spec = component.spec;
  page.field("Pulsar name", spec.tenant + "/" + spec.namespace_ + "/" + spec.name);
  page.field("Pulsar cluster", spec.pulsar ? spec.pulsar->pulsar_config : "");
  add_topics(page, component);
  if (component.kind != api::Kind::source) {
    page.field("Subscription", subscription_of(spec));
  }
  add_connector(page, "Source", spec.source_connector);
  add_connector(page, "Sink", spec.sink_connector);
  page.field("Class", spec.class_name);
  page.field("Code", code_of(spec));
  page.field("Config keys", keys_of(spec.func_config));
  page.field("Config keys", keys_of(spec.source_config));
  page.field("Config keys", keys_of(spec.sink_config));
  add_secrets(page, spec);
  page.field("Guarantee", spec.processing_guarantee);
  if (spec.max_message_retry > 0) {
    page.field("Retries", std::to_string(spec.max_message_retry));
  }
  page.field("Requests", amounts(spec.resources, "requests"));
  page.field("Limits", amounts(spec.resources, "limits"));
  page.field("Scales", scaling_of(spec));
  page.field("Runs as",
             "StatefulSet " + render::workload_name(component.kind, component.metadata.name));
}

void add_mesh(Page& page, const Json& object) {
  const api::Decoded decoded = api::decode(object);
  const auto* mesh = std::get_if<api::Mesh>(&decoded.resource);
  if (mesh == nullptr) {
    return;
  }
  const auto add = [&](const char* title, const std::vector<api::MeshEntry>& entries) {
    std::vector<std::string> names;
    for (const api::MeshEntry& entry : entries) {
      names.push_back(entry.spec.name);
    }
    page.field(title, joined(names));
  };
  add("Sources", mesh->sources);
  add("Functions", mesh->functions);
  add("Sinks", mesh->sinks);
}

void add_pod(Page& page, const Json& pod) {
  const State state = pod_state(pod);
  page.field("State", state.word);
  page.field("Why", state.message);
  page.field("Ready", std::to_string(state.ready) + "/" + std::to_string(state.wanted));
  page.field("Restarts", std::to_string(restarts_of(pod)));
  page.field("Process", process_of(pod));
  page.field("Ports", ports_of(pod));
  page.field("Log file", log_file_of(pod));
  for (const Json& status : array_at(pod, {"status", "containerStatuses"})) {
    const Json* last = base::find(status, {"lastState", "terminated"});
    if (last != nullptr) {
      page.field("Ended before",
                 joined({"exit code " + std::to_string(base::number_at(*last, {"exitCode"})),
                         std::string(text_at(*last, {"message"}))}));
    }
  }
}

// ConfigMap and Secret: the names of what is in it, never the values.
void add_data(Page& page, const Json& object) {
  std::vector<std::string> keys;
  for (const char* field : {"data", "stringData", "binaryData"}) {
    const Json* data = base::find(object, {field});
    if (data != nullptr && data->is_object()) {
      for (const auto& member : data->get_object()) {
        keys.emplace_back(member.key());
      }
    }
  }
  page.field("Keys", joined(keys));
}

void add_conditions(Page& page, const Json& object) {
  Grid grid({{"CONDITION"}, {"STATUS"}, {"REASON"}, {"MESSAGE"}});
  for (const Condition& condition : conditions_of(object)) {
    const std::string& reason = condition.reason.empty() ? condition.action : condition.reason;
    grid.add({{condition.name}, {condition.status}, {reason}, {condition.message}});
  }
  page.section("Conditions", grid);
}

void add_pods(Page& page, const std::vector<Json>& pods, base::TimePoint now) {
  const bool local =
      std::ranges::any_of(pods, [](const Json& p) { return !process_of(p).empty(); });
  std::vector<Column> columns{{"POD"}, {"READY"}, {"STATE"}, {"RESTARTS"}, {"AGE"}};
  if (local) {
    columns.insert(columns.end(), {{"PID"}, {"PORTS"}});
  } else {
    columns.push_back({"NODE"});
  }
  columns.push_back({"MESSAGE"});
  Grid grid(columns);
  for (const Json& pod : pods) {
    const State state = pod_state(pod);
    std::vector<Cell> cells{{name_of(pod)},
                            {std::to_string(state.ready) + "/" + std::to_string(state.wanted)},
                            {state.word},
                            {std::to_string(restarts_of(pod))},
                            {age_of(pod, now)}};
    if (local) {
      cells.insert(cells.end(), {{process_of(pod)}, {ports_of(pod)}});
    } else {
      cells.push_back({std::string(text_at(pod, {"spec", "nodeName"}))});
    }
    cells.push_back({state.message});
    grid.add(std::move(cells));
  }
  page.section("Pods", grid);
}

std::string last_seen(const Json& event) {
  const std::string_view series = text_at(event, {"series", "lastObservedTime"});
  const std::string_view last = text_at(event, {"lastTimestamp"}, series);
  const std::string_view once = text_at(event, {"eventTime"});
  return std::string(last.empty() ? once : last);
}

std::string about_of(const Json& event) {
  return base::lower(text_at(event, {"involvedObject", "kind"})) + "/" +
         std::string(text_at(event, {"involvedObject", "name"}));
}

bool are_about_several(const std::vector<Json>& events) {
  return std::ranges::any_of(
      events, [&](const Json& event) { return about_of(event) != about_of(events.front()); });
}

void add_events(Page& page, const std::vector<Json>& events, base::TimePoint now) {
  std::vector<const Json*> sorted;
  for (const Json& event : events) {
    sorted.push_back(&event);
  }
  std::ranges::sort(sorted, {},
                    [](const Json* event) { return std::pair(last_seen(*event), event); });
  const bool several = are_about_several(events);
  std::vector<Column> columns{{"LAST SEEN"}, {"COUNT", true}, {"TYPE"}, {"REASON"}};
  if (several) {
    columns.push_back({"ABOUT"});
  }
  columns.push_back({"MESSAGE"});
  Grid grid(columns);
  for (const Json* event : sorted) {
    const std::int64_t count =
        base::number_at(*event, {"count"}, base::number_at(*event, {"series", "count"}, 1));
    const std::string age = age_since(last_seen(*event), now);
    std::vector<Cell> cells{{age == "-" ? age : age + " ago"},
                            {"×" + std::to_string(count)},
                            {std::string(text_at(*event, {"type"}))},
                            {std::string(text_at(*event, {"reason"}))}};
    if (several) {
      cells.push_back({about_of(*event)});
    }
    cells.push_back({std::string(text_at(*event, {"message"}))});
    grid.add(std::move(cells));
  }
  page.section("Events", grid);
}

}  // namespace

std::string describe(const Json& object, const std::vector<Json>& events,
                     const std::vector<Json>& pods, base::TimePoint now, const Findings& findings,
                     int width) {
  Page page{width};
  page.field("Name", name_of(object));
  page.field("Namespace", namespace_name_of(object));
  page.field("Kind", kind_of(object));
  page.field("Age", age_of(object, now));
  if (is_component(object) || is_mesh(object)) {
    const State state = component_state(object, pods);
    page.field("State", state.word);
    page.field("Why", state.message);
    page.field("Ready", std::to_string(state.ready) + "/" + std::to_string(state.wanted));
    const std::string_view pending = text_at(object, {"status", "pendingChange"});
    page.field("Pending change", pending == state.message ? "" : pending);
    if (is_mesh(object)) {
      add_mesh(page, object);
    } else {
      add_component(page, object);
    }
  } else if (kind_of(object) == "Pod") {
    add_pod(page, object);
  } else {
    add_data(page, object);
  }
  page.section("Graph", findings.graph);
  if (!findings.parts.empty()) {
    page.section(is_mesh(object) ? "Parts" : "Traffic", grid_of(findings.parts));
  }
  if (!is_mesh(object) || findings.parts.empty()) {
    add_conditions(page, object);  // those of a mesh say what its parts do
  }
  add_pods(page, pods, now);
  add_events(page, events, now);
  page.section("Not known", findings.gaps);
  return page.text();
}

}  // namespace functionmesh::view
