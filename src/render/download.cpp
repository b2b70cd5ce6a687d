#include "render/download.hpp"

#include "render/connection.hpp"
#include "render/images.hpp"
#include "render/main_container.hpp"
#include "render/volumes.hpp"

namespace functionmesh::render {
namespace {

struct Tools {
  bool pulsarctl;
  bool wget;
};

std::string download_command(const Context& context, std::string_view target, Tools tools) {
  const std::string_view location = package_of(context.spec, context.runtime).location;
  if (is_http_url(location) && tools.wget) {
    return ShellLine{"wget"}.value(location).option("-O", target).text();
  }
  ShellLine line = admin_tool(package_connection(context.spec), tools.pulsarctl);
  if (is_package_url(location)) {
    return line.raw("packages download").value(location).option("--path", target).text();
  }
  return line.raw("functions download")
      .option("--path", location)
      .option("--destination-file", target)
      .text();
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string download_in_container(const Context& context) {
  const Package package = package_of(context.spec, context.runtime);
  if (package.location.empty() || context.settings.enable_init_containers) {
    return {};
  }
  const bool generic = context.runtime == Runtime::generic;  // those images have both tools
  const Tools tools{.pulsarctl = generic || has_pulsarctl(context.spec),
                    .wget = generic || has_wget(context.spec)};
  return download_command(context, package.file, tools);
}

bool has_downloader(const Context& context) {
  return context.settings.enable_init_containers &&
         !package_of(context.spec, context.runtime).location.empty();
}

api::JsonObject downloader_container(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const Package package = package_of(spec, context.runtime);
  const std::string target = "/pulsar/download/" + std::string{file_name(package.file)};
  const std::string script = download_command(context, target, {.pulsarctl = true, .wget = true});

  MountList mounts;
  mounts.add(api::JsonObject{{"name", kDownloaderVolume}, {"mountPath", "/pulsar/download"}});
  if (!is_http_url(package.location)) {
    add_connection_mounts(mounts, package_connection(spec));
  }
  mounts.add_all(spec.volume_mounts);
  api::JsonObject container{
      {"name", "downloader"},
      {"image", spec.downloader_image.empty() ? kDownloaderImage : spec.downloader_image},
      {"imagePullPolicy", "IfNotPresent"},
      {"command", api::JsonArray{"sh", "-c", script}},
      {"env", api::JsonArray{api::JsonObject{{"name", "HOME"}, {"value", "/tmp"}}}},
      {"envFrom", env_from(package_connection(spec))},
      {"volumeMounts", std::move(mounts).take()},
  };
  // Without it the pod would not be restricted, which this setting is for. With the reference's
  // settings the container is as there.
  if (context.settings.run_as_non_root) {
    container.emplace("securityContext", unprivileged());
  }
  return container;
}

api::JsonObject downloaded_mount(const Context& context) {
  const std::string path = package_path(context);
  const std::string directory = path.substr(0, path.rfind('/'));
  if (directory == "/pulsar") {
    // Mounting over the whole of /pulsar would hide the instance itself.
    return {{"name", kDownloaderVolume}, {"mountPath", path}, {"subPath", file_name(path)}};
  }
  return {{"name", kDownloaderVolume}, {"mountPath", directory}};
}

}  // namespace functionmesh::render
