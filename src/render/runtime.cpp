#include "render/runtime.hpp"

namespace functionmesh::render {

Runtime runtime_of(const api::Component& component) {
  const api::ComponentSpec& spec = component.spec;
  if (spec.java && !spec.java->jar.empty()) {
    return Runtime::java;
  }
  if (component.kind != api::Kind::function) {
    return Runtime::none;  // a connector runs in the Java instance or not at all
  }
  if (spec.python && !spec.python->py.empty()) {
    return Runtime::python;
  }
  if (spec.golang && !spec.golang->go.empty()) {
    return Runtime::golang;
  }
  return spec.generic_runtime ? Runtime::generic : Runtime::none;
}

Package package_of(const api::ComponentSpec& spec, Runtime runtime) {
  switch (runtime) {
    case Runtime::java:
      return {spec.java->jar, spec.java->jar_location};
    case Runtime::python:
      return {spec.python->py, spec.python->py_location};
    case Runtime::golang:
      return {spec.golang->go, spec.golang->go_location};
    case Runtime::generic:
      return {spec.generic_runtime->function_file, spec.generic_runtime->function_file_location};
    case Runtime::none:
      break;
  }
  return {};
}

std::string package_path(const Context& context) {
  const std::string_view file = package_of(context.spec, context.runtime).file;
  if (!context.settings.enable_init_containers || file.starts_with("/pulsar/")) {
    return std::string{file};
  }
  return (file.starts_with('/') ? "/pulsar" : "/pulsar/") + std::string{file};
}

const api::RuntimeLog* log_of(const api::ComponentSpec& spec, Runtime runtime) {
  const auto pointer = [](const auto& section) -> const api::RuntimeLog* {
    return section && section->log ? &*section->log : nullptr;
  };
  switch (runtime) {
    case Runtime::java:
      return pointer(spec.java);
    case Runtime::python:
      return pointer(spec.python);
    case Runtime::golang:
      return pointer(spec.golang);
    default:
      return nullptr;
  }
}

}  // namespace functionmesh::render
