#pragma once

#include <string>
#include <string_view>

#include "api/types.hpp"
#include "render/names.hpp"
#include "render/render.hpp"

namespace functionmesh::render {

/// What runs the user's code.
enum class Runtime { none, java, python, golang, generic };

Runtime runtime_of(const api::Component& component);

/// The user's code: the file that the runtime loads, and where it is downloaded from when
/// `location` is not empty.
struct Package {
  std::string_view file;
  std::string_view location;
};

Package package_of(const api::ComponentSpec& spec, Runtime runtime);

/// One component on its way to its objects. Refers to what render() was given and lives as long as
/// that call.
struct Context {
  Context(const api::Component& of, const Settings& with)
      : component(of),
        spec(of.spec),
        settings(with),
        traits(traits_of(of.kind)),
        runtime(runtime_of(of)) {}

  const api::Component& component;
  const api::ComponentSpec& spec;
  const Settings& settings;
  const KindTraits& traits;
  const Runtime runtime;
};

/// The logs of the instance are read from files by a filebeat container beside it.
inline bool logs_by_sidecar(const api::ComponentSpec& spec) {
  return spec.log_topic_agent == "sidecar";
}

/// The path of the package as the instance sees it. An init container puts it below /pulsar
/// whatever the resource says, so that a volume can carry it over.
std::string package_path(const Context& context);

/// The runtime's `log` section, or nullptr.
const api::RuntimeLog* log_of(const api::ComponentSpec& spec, Runtime runtime);

}  // namespace functionmesh::render
