#include "render/images.hpp"

#include <array>

namespace functionmesh::render {
namespace {

constexpr std::string_view kFallbackImage = "streamnative/pulsar-all:2.10.0.0-rc10";

struct GenericImage {
  std::string_view language;
  std::string_view image;
};

constexpr std::array kGenericImages{
    GenericImage{"nodejs", "streamnative/pulsar-functions-generic-nodejs-runner:0.1.0"},
    GenericImage{"python", "streamnative/pulsar-functions-generic-python-runner:0.1.0"},
    GenericImage{"executable", "streamnative/pulsar-functions-generic-base-runner:0.1.0"},
    GenericImage{"wasm", "streamnative/pulsar-functions-generic-base-runner:0.1.0"},
};

std::string generic_image(const ControllerConfig& config, const std::string& language) {
  if (const auto found = config.generic_images.find(language);
      found != config.generic_images.end()) {
    return found->second;
  }
  for (const GenericImage& known : kGenericImages) {
    if (known.language == language) {
      return std::string{known.image};
    }
  }
  return {};
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  for (const std::string_view start : starts) {
    if (text.starts_with(start)) {
      return true;
    }
  }
  return false;
}

/// The runner images of one well-known maker that carry the tools, found anywhere in the name.
bool is_tool_image(std::string_view image) {
  constexpr std::string_view kStart = "pulsar-functions-";
  for (std::size_t at = image.find(kStart); at != std::string_view::npos;
       at = image.find(kStart, at + 1)) {
    const std::string_view rest = image.substr(at + kStart.size());
    for (const std::string_view variant : {"pulsarctl-", "sn-", "generic-"}) {
      if (rest.starts_with(variant) &&
          starts_with_any(rest.substr(variant.size()), {"java-runner", "python-runner", "go-runner",
                                                        "nodejs-runner", "base-runner"})) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string runner_image(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const ControllerConfig& config = context.settings.controller;
  if (!spec.image.empty()) {
    return spec.image;
  }
  if (context.component.kind != api::Kind::function) {
    const bool packaged = spec.java && is_package_url(spec.java->jar_location);
    return packaged ? config.java_image : std::string{kFallbackImage};
  }
  switch (context.runtime) {
    case Runtime::java:
      return config.java_image;
    case Runtime::python:
      return config.python_image;
    case Runtime::golang:
      return config.go_image;
    case Runtime::generic:
      return generic_image(config, spec.generic_runtime->language);
    case Runtime::none:
      break;
  }
  return std::string{kFallbackImage};
}

std::string pull_policy(const Context& context) {
  if (!context.spec.image_pull_policy.empty()) {
    return context.spec.image_pull_policy;
  }
  const std::string& configured = context.settings.controller.pull_policy;
  return configured.empty() ? "IfNotPresent" : configured;
}

bool has_pulsarctl(const api::ComponentSpec& spec) {
  return spec.image_has_pulsarctl || is_tool_image(spec.image);
}

bool has_wget(const api::ComponentSpec& spec) {
  return spec.image_has_get || is_tool_image(spec.image);
}

bool is_package_url(std::string_view location) {
  return starts_with_any(location, {"function://", "sink://", "source://"});
}

bool is_http_url(std::string_view location) {
  return starts_with_any(location, {"http://", "https://"});
}

}  // namespace functionmesh::render
