#pragma once

#include "api/types.hpp"

namespace functionmesh::render {

/// Server-side apply treats some lists of a pod as maps and refuses a key that is there twice:
/// containers' env (name), ports (containerPort and protocol), volumeMounts (mountPath) and
/// volumeDevices (devicePath), the pod's volumes and imagePullSecrets (name). Resources and
/// BackendConfigs together may give one twice; of env the last counts, of the others the first.
void drop_duplicate_keys(api::JsonObject& pod_spec);

}  // namespace functionmesh::render
