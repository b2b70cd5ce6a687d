#include <chrono>

#include "base/clock.hpp"
#include "base/yaml.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "cli/terminal.hpp"
#include "dev/control.hpp"
#include "dev/folders.hpp"
#include "dev/kinds.hpp"
#include "manifest/manifests.hpp"
#include "view/objects.hpp"

/// The commands that ask a running `dev`: get, describe, scale, apply, delete.
namespace functionmesh::cli {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

std::vector<Json> list_of(const JsonArray& array) {
  return {array.begin(), array.end()};
}

int failed(const base::Error& error) {
  print_error(error.message);
  return kProblems;
}

base::Result<Json> ask(const ClientOptions& options, JsonObject request) {
  return dev::call(dev::state_folder(options.state), Json(std::move(request)));
}

/// {"verb", "kind", "namespace", "name"} with the kind that the user meant.
base::Result<JsonObject> request_about(std::string_view verb, const std::string& kind,
                                       const std::string& name, const ClientOptions& options) {
  const auto meant = dev::kind_meant(kind);
  if (!meant) {
    return std::unexpected(meant.error());
  }
  return JsonObject{
      {"verb", verb}, {"kind", *meant}, {"namespace", options.namespace_}, {"name", name}};
}

/// Asks about one object and prints the answer, a text.
int print_answer(base::Result<JsonObject> request, const ClientOptions& options) {
  if (!request) {
    return failed(request.error());
  }
  const auto answer = ask(options, *std::move(request));
  if (!answer) {
    return failed(answer.error());
  }
  print(std::string{answer->as_string()} + "\n");
  return kOk;
}

/// The resources of files, checked; nullopt after having said what is wrong with them.
std::optional<JsonArray> objects_in(const std::vector<std::string>& files) {
  const manifest::Manifests manifests = manifest::read_manifests(files);
  const std::vector<manifest::Checked> all = manifest::check(manifests.objects);
  if (!print_problems(manifests, all)) {
    return std::nullopt;
  }
  JsonArray objects;
  for (const manifest::Checked& checked : all) {
    if (manifest::sort_of(checked.manifest->object) != manifest::Sort::foreign) {
      objects.push_back(checked.manifest->object);
    }
  }
  return objects;
}

}  // namespace

int get(const GetOptions& options) {
  JsonArray kinds;
  if (options.kind.empty()) {
    for (const std::string_view kind : dev::resource_kinds()) {
      kinds.push_back(Json(kind));
    }
  } else if (const auto kind = dev::kind_meant(options.kind)) {
    kinds.push_back(Json(*kind));
  } else {
    return failed(kind.error());
  }
  const auto objects = ask(options, {{"verb", "list"},
                                     {"kinds", std::move(kinds)},
                                     {"namespace", options.namespace_},
                                     {"name", options.name}});
  if (!objects) {
    return failed(objects.error());
  }
  const JsonArray& found = objects->as_array();
  if (found.empty() && !options.name.empty()) {
    print_error("there is no " + options.kind + " " + options.name + " in namespace " +
                options.namespace_);
    return kProblems;
  }
  if (options.output == "table") {
    print(found.empty() ? "nothing runs in namespace " + options.namespace_ + "\n"
                        : view::get_table(list_of(found), base::SystemClock{}.now(),
                                          terminal_width(), wants_colour(stdout)));
    return kOk;
  }
  const Json list = JsonObject{{"apiVersion", "v1"}, {"kind", "List"}, {"items", found}};
  print(options.output == "json" ? base::write_json(list, base::Layout::indented) + "\n"
                                 : base::write_yaml(list));
  return kOk;
}

int describe(const DescribeOptions& options) {
  auto request = request_about("describe", options.kind, options.name, options);
  if (!request) {
    return failed(request.error());
  }
  const auto answer = ask(options, *std::move(request));
  if (!answer) {
    return failed(answer.error());
  }
  print(view::describe(answer->at("object"), list_of(answer->at("events").as_array()),
                       list_of(answer->at("pods").as_array()), base::SystemClock{}.now()));
  return kOk;
}

int scale(const ScaleOptions& options) {
  auto request = request_about("scale", options.kind, options.name, options);
  if (request) {
    (*request)["replicas"] = options.replicas;
  }
  return print_answer(std::move(request), options);
}

int apply(const ApplyOptions& options) {
  std::optional<JsonArray> objects = objects_in(options.files);
  if (!objects) {
    return kProblems;
  }
  const auto outcomes = ask(options, {{"verb", "apply"}, {"objects", *std::move(objects)}});
  if (!outcomes) {
    return failed(outcomes.error());
  }
  for (const Json& outcome : outcomes->as_array()) {
    print(std::string{outcome.as_string()} + "\n");
  }
  return kOk;
}

int remove(const DeleteOptions& options) {
  if (options.files.empty()) {
    if (options.kind.empty() || options.name.empty()) {
      print_error("name what to delete: `delete KIND NAME` or `delete -f FILE`");
      return kUsage;
    }
    return print_answer(request_about("delete", options.kind, options.name, options), options);
  }
  const manifest::Manifests manifests = manifest::read_manifests(options.files);
  int code = manifests.errors.empty() ? kOk : kProblems;
  for (const std::string& error : manifests.errors) {
    print_error(error);
  }
  for (const manifest::Manifest& manifest : manifests.objects) {
    const ClientOptions place{.state = options.state,
                              .namespace_ = std::string{base::text_at(
                                  manifest.object, {"metadata", "namespace"}, options.namespace_)}};
    code = std::max(
        code,
        print_answer(
            request_about("delete", std::string{base::text_at(manifest.object, {"kind"})},
                          std::string{base::text_at(manifest.object, {"metadata", "name"})}, place),
            place));
  }
  return code;
}

}  // namespace functionmesh::cli
