#pragma once

#include <string>

#include "base/json.hpp"
#include "cluster/local/workload.hpp"

namespace functionmesh::local {

/// The Pod object `name` of a StatefulSet or Job, with the labels that Kubernetes gives it.
base::Json pod_object(const Workload& workload, const std::string& name);

/// The status of a StatefulSet's pods in numbers.
struct Replicas {
  int all = 0;
  int ready = 0;
  int updated = 0;  ///< of the newest revision
  int current = 0;  ///< of the revision that was complete last
  std::string current_revision;
  std::string update_revision;
};

base::Json stateful_set_status(const base::Json& stateful_set, const Replicas& replicas);

}  // namespace functionmesh::local
