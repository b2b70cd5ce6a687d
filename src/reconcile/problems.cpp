#include "reconcile/problems.hpp"

namespace functionmesh::reconcile {
namespace {

constexpr std::size_t kErrorsInMessage = 3;

std::string message_of(const std::vector<api::Problem>& errors) {
  std::string text;
  for (std::size_t i = 0; i < errors.size() && i < kErrorsInMessage; ++i) {
    text += (i == 0 ? "" : "; ") + errors[i].field + ": " + errors[i].message;
  }
  if (errors.size() > kErrorsInMessage) {
    text += "; and " + std::to_string(errors.size() - kErrorsInMessage) + " more errors";
  }
  return text;
}

template <typename Type>
std::expected<Type, std::string> read(const Json& resource) {
  const Json* kind = base::find(resource, {"kind"});
  if (kind == nullptr || !kind->is_string() || !api::kind_of(kind->get_string())) {
    return std::unexpected("kind: expected one of the five kinds");
  }
  api::Decoded decoded = api::decode(resource);
  if (!decoded.problems.ok()) {
    return std::unexpected(message_of(decoded.problems.errors));
  }
  api::set_defaults(decoded.resource);
  const api::Problems problems = api::validate(decoded.resource, &decoded.resource);
  if (!problems.ok()) {
    return std::unexpected(message_of(problems.errors));
  }
  if (Type* value = std::get_if<Type>(&decoded.resource)) {
    return std::move(*value);
  }
  return std::unexpected("kind: another one was expected");
}

std::expected<std::optional<api::BackendConfig>, std::string> read_backend(const Json* config) {
  if (config == nullptr) {
    return std::nullopt;
  }
  auto value = read<api::BackendConfig>(*config);
  if (!value) {
    return std::unexpected(
        "BackendConfig " + std::string{base::text_at(*config, {"metadata", "namespace"})} + "/" +
        std::string{base::text_at(*config, {"metadata", "name"})} + ": " + value.error());
  }
  return std::move(*value);
}

}  // namespace

std::expected<api::Component, std::string> read_component(const Json& resource) {
  return read<api::Component>(resource);
}

std::expected<api::Mesh, std::string> read_mesh(const Json& resource) {
  return read<api::Mesh>(resource);
}

std::expected<Backends, std::string> read_backends(const Json* global, const Json* namespaced) {
  auto first = read_backend(global);
  if (!first) {
    return std::unexpected(first.error());
  }
  auto second = read_backend(namespaced);
  if (!second) {
    return std::unexpected(second.error());
  }
  return Backends{std::move(*first), std::move(*second)};
}

}  // namespace functionmesh::reconcile
