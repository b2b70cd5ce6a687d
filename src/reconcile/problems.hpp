#pragma once

#include <expected>
#include <optional>
#include <string>

#include "render/render.hpp"

/// Resources as the API server has them, made into what render() takes - or the reason why not.
namespace functionmesh::reconcile {

using base::Json;

/// Decoded, with defaults, and valid. The error names the first fields that are wrong.
std::expected<api::Component, std::string> read_component(const Json& resource);
std::expected<api::Mesh, std::string> read_mesh(const Json& resource);

struct Backends {
  std::optional<api::BackendConfig> global;
  std::optional<api::BackendConfig> namespaced;

  render::BackendConfigs applied() const {
    return {global ? &*global : nullptr, namespaced ? &*namespaced : nullptr};
  }
};

/// Either may be nullptr. A BackendConfig that cannot be read is an error: to go on without it
/// would take from the pods what it said before.
std::expected<Backends, std::string> read_backends(const Json* global, const Json* namespaced);

}  // namespace functionmesh::reconcile
