#pragma once

#include "render/render.hpp"

namespace functionmesh::render {

/// What the BackendConfigs say together: the namespaced one over the global one.
struct BackendDefaults {
  api::StringMap env;
  api::StringMap labels;
  api::StringMap node_selector;
  api::StringMap annotations;
  api::JsonArray tolerations;
  api::JsonArray image_pull_secrets;
  std::optional<api::JsonObject> affinity;
  std::optional<api::JsonObject> security_context;
  std::optional<std::int64_t> termination_grace_period_seconds;
  std::string service_account_name;
  std::optional<api::Liveness> liveness;
  std::optional<api::JsonObject> startup_probe;
};

BackendDefaults merge(const BackendConfigs& configs);

}  // namespace functionmesh::render
