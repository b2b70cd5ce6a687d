#include "cli/operator_settings.hpp"

#include "cli/terminal.hpp"
#include "manifest/manifests.hpp"

namespace functionmesh::cli {

using manifest::Manifests;

std::optional<render::Settings> read_operator_settings(const std::string& file) {
  if (file.empty()) {
    return render::Settings{};
  }
  const Manifests config = manifest::read_manifests({file});
  for (const std::string& error : config.errors) {
    print_error(error);
  }
  if (!config.errors.empty()) {
    return std::nullopt;
  }
  api::Problems problems;
  const base::Json& root =
      config.objects.empty() ? base::Json{base::JsonObject{}} : config.objects.front().object;
  render::Settings settings = render::settings_of(root, problems);
  for (const api::Problem& warning : problems.warnings) {
    print_warning(file + ": " + warning.field + ": " + warning.message);
  }
  for (const api::Problem& error : problems.errors) {
    print_error(file + ": " + error.field + ": " + error.message);
  }
  return problems.ok() ? std::optional{settings} : std::nullopt;
}

}  // namespace functionmesh::cli
