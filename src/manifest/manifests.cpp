#include "manifest/manifests.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/text.hpp"
#include "base/yaml.hpp"

namespace functionmesh::manifest {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kKinds = {"Function", "Source", "Sink", "FunctionMesh",
                                                    "BackendConfig"};

void append(Manifests& all, Manifests&& more) {
  std::ranges::move(more.objects, std::back_inserter(all.objects));
  std::ranges::move(more.errors, std::back_inserter(all.errors));
}

Manifests read_stream(std::istream& in, const std::string& name) {
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return parse_manifests(text, name);
}

Manifests read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    return {.objects = {}, .errors = {path + ": cannot be read: " + std::strerror(errno)}};
  }
  return read_stream(in, path);
}

bool is_manifest_file(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Manifests read_folder(const std::string& folder) {
  const std::vector<std::string> files = files_in(folder);
  if (files.empty()) {
    return {.objects = {}, .errors = {folder + ": holds no readable .yaml, .yml or .json file"}};
  }
  Manifests all;
  for (const std::string& file : files) {
    append(all, read_file(file));
  }
  return all;
}

/// The items of a List, each with the line that it begins on.
void add_items(Manifests& all, const base::YamlDocument& list, const std::string& file) {
  const base::Json* items = base::find(list.value, {"items"});
  if (items == nullptr || !items->is_array()) {
    all.errors.push_back(file + ":" + std::to_string(list.line) +
                         ": a List needs items: expected a list of objects");
    return;
  }
  int index = 0;
  for (const base::Json& item : items->get_array()) {
    const std::string prefix = "items[" + std::to_string(index++) + "]";
    Manifest manifest{.object = item, .file = file, .line = list.line, .lines = {}};
    for (const auto& [path, line] : list.lines) {
      if (path == prefix) {
        manifest.line = line;
      } else if (path.starts_with(prefix + ".")) {
        manifest.lines[path.substr(prefix.size() + 1)] = line;
      }
    }
    all.objects.push_back(std::move(manifest));
  }
}

/// kind and apiVersion as far as an object has them.
std::string_view kind_in(const base::Json& object) {
  return base::text_at(object, {"kind"});
}

}  // namespace

std::string Manifest::place_of(std::string_view field) const {
  std::string path{field};
  while (!path.empty()) {
    if (const auto found = lines.find(path); found != lines.end()) {
      return file + ":" + std::to_string(found->second);
    }
    const std::size_t parent = path.find_last_of(".[");
    path.resize(parent == std::string::npos ? 0 : parent);
  }
  return file + ":" + std::to_string(line);
}

Manifests parse_manifests(std::string_view text, const std::string& name) {
  auto documents = base::parse_yaml(text, name);
  if (!documents) {
    return {.objects = {}, .errors = {documents.error()}};
  }
  Manifests all;
  for (base::YamlDocument& document : *documents) {
    if (kind_in(document.value) == "List") {
      add_items(all, document, name);
    } else {
      all.objects.push_back({.object = std::move(document.value),
                             .file = name,
                             .line = document.line,
                             .lines = std::move(document.lines)});
    }
  }
  return all;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{folder, error}) {
    if (entry.is_regular_file(error) && is_manifest_file(entry.path())) {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

Manifests read_manifests(const std::vector<std::string>& paths) {
  Manifests all;
  for (const std::string& path : paths) {
    if (path == "-") {
      append(all, read_stream(std::cin, path));
    } else if (fs::is_directory(path)) {
      append(all, read_folder(path));
    } else {
      append(all, read_file(path));
    }
  }
  return all;
}

Sort sort_of(const base::Json& object) {
  const std::string_view kind = kind_in(object);
  const std::string_view version = base::text_at(object, {"apiVersion"});
  if (kind.empty() || version.empty()) {
    return Sort::unknown;
  }
  if (version.starts_with(std::string{api::kGroup} + "/")) {
    return version == api::kApiVersion && api::kind_of(kind) ? Sort::resource : Sort::unknown;
  }
  if (version == "v1" && (kind == "ConfigMap" || kind == "Secret")) {
    return Sort::supporting;
  }
  // Our kinds under a group of nobody's are a slip of the pen; "Sink" of Knative is not.
  return version.find('/') == std::string_view::npos && api::kind_of(kind) ? Sort::unknown
                                                                           : Sort::foreign;
}

std::string why_unknown(const base::Json& object) {
  if (!object.is_object()) {
    return "expected a Kubernetes object with apiVersion, kind, metadata and spec";
  }
  const std::string kind{kind_in(object)};
  if (kind.empty()) {
    return "has no kind: expected one of Function, Source, Sink, FunctionMesh, BackendConfig";
  }
  if (api::kind_of(kind)) {
    return "apiVersion is '" + std::string{base::text_at(object, {"apiVersion"})} + "': expected " +
           std::string{api::kApiVersion};
  }
  const std::string_view near = base::nearest(kind, kKinds);
  return "unknown kind '" + kind + "'" +
         (near.empty() ? ": expected one of Function, Source, Sink, FunctionMesh, BackendConfig"
                       : ": did you mean " + std::string{near} + "?");
}

std::string display_name(const base::Json& object) {
  const std::string_view kind = kind_in(object);
  return std::string{kind.empty() ? "?" : kind} + "/" +
         std::string{base::text_at(object, {"metadata", "namespace"}, "default")} + "/" +
         std::string{base::text_at(object, {"metadata", "name"}, "?")};
}

std::vector<Checked> check(const std::vector<Manifest>& manifests) {
  std::vector<Checked> all;
  std::map<std::string, const Manifest*> seen;
  for (const Manifest& manifest : manifests) {
    Checked checked{.manifest = &manifest,
                    .name = display_name(manifest.object),
                    .resource = std::nullopt,
                    .problems = {}};
    switch (sort_of(manifest.object)) {
      case Sort::resource: {
        api::Decoded decoded = api::check(manifest.object);
        checked.problems = std::move(decoded.problems);
        checked.resource = std::move(decoded.resource);
        break;
      }
      case Sort::supporting:
        break;
      case Sort::foreign:
        checked.problems.warnings.push_back({"kind", "not of Function Mesh: ignored here"});
        break;
      case Sort::unknown:
        checked.problems.errors.push_back({"kind", why_unknown(manifest.object)});
        break;
    }
    if (const auto [other, first] = seen.emplace(checked.name, &manifest); !first) {
      checked.problems.warnings.push_back(
          {"metadata.name", "there is another " + checked.name + " at " +
                                other->second->place_of("") + ": the later one counts"});
    }
    all.push_back(std::move(checked));
  }
  return all;
}

}  // namespace functionmesh::manifest
