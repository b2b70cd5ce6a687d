#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

/// What the JSON of a Kubernetes object says about its state. Malformed parts count as absent.
namespace functionmesh::view {

using base::Json;

struct Condition {
  std::string name;    ///< "StatefulSet", or a mesh entry's "function enrich"
  std::string status;  ///< "True", "False", "Unknown"
  std::string action;
  std::string reason;
  std::string message;
};

/// The conditions in status, in the order they are stored: the map of a component, the lists of
/// entries of a mesh, and the list that Kubernetes' own kinds have.
std::vector<Condition> conditions_of(const Json& object);

struct State {
  std::string word;     ///< "Ready", "CrashLoopBackOff", "Deleting", ...
  std::string message;  ///< why, when it is not well
  std::int64_t ready = 0;
  std::int64_t wanted = 0;
};

/// The state of a Function, Source, Sink or FunctionMesh; `pods` are those of the component.
State component_state(const Json& object, const std::vector<Json>& pods);

/// The state of a Pod: "Running", or why a container of it is waiting or has ended.
State pod_state(const Json& pod);
std::int64_t restarts_of(const Json& pod);

/// Of a pod that is a process of this machine: its number and the file with its output; else empty.
std::string process_of(const Json& pod);
std::string log_file_of(const Json& pod);

/// "grpc 20001, metrics 20002" on this machine, or the ports of its containers by name.
std::string ports_of(const Json& pod);

std::string kind_of(const Json& object);
std::string name_of(const Json& object);
std::string namespace_name_of(const Json& object);
std::string age_of(const Json& object, base::TimePoint now);

bool is_component(const Json& object);  ///< a Function, Source or Sink
bool is_mesh(const Json& object);

/// The array at a path, empty when there is none.
const base::JsonArray& array_at(const Json& value, std::initializer_list<std::string_view> path);

}  // namespace functionmesh::view
