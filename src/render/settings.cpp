// The operator's config file.
#include <algorithm>
#include <functional>

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "render/render.hpp"

namespace functionmesh::render {
namespace {

/// The reference takes its keys in any case.
bool same_key(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// Reads the members of one map into where they belong, and notes what does not.
class Reader {
 public:
  using Read = std::function<void(const Json& value, const std::string& path)>;
  struct Key {
    std::string_view name;
    Read read;
  };

  explicit Reader(api::Problems& problems) : problems_(problems) {}

  void map(const Json& value, const std::string& path, const std::vector<Key>& keys) {
    if (value.is_null()) {
      return;  // an empty file or section
    }
    if (!value.is_object()) {
      expected("a map", value, path);
      return;
    }
    for (const auto& [name, member] : value.get_object()) {
      const std::string member_path =
          path.empty() ? std::string{name} : path + "." + std::string{name};
      const auto key =
          std::ranges::find_if(keys, [&](const Key& known) { return same_key(known.name, name); });
      if (key != keys.end()) {
        key->read(member, member_path);
      } else {
        problems_.warnings.push_back(
            {member_path, "is not a setting that is known; it is ignored"});
      }
    }
  }

  Read text(std::string& into) {
    return [this, &into](const Json& value, const std::string& path) {
      if (value.is_string()) {
        into = value.get_string();
      } else {
        expected("a string", value, path);
      }
    };
  }

  Read flag(bool& into) {
    return [this, &into](const Json& value, const std::string& path) {
      if (value.is_bool()) {
        into = value.get_bool();
      } else {
        expected("true or false", value, path);
      }
    };
  }

  /// A map of texts, over what is there. Numbers and truth values count as they are written.
  Read texts(api::StringMap& into) {
    return [this, &into](const Json& value, const std::string& path) {
      if (value.is_null()) {
        return;
      }
      if (!value.is_object()) {
        expected("a map of strings", value, path);
        return;
      }
      for (const auto& [key, member] : value.get_object()) {
        if (member.is_string()) {
          into[std::string{key}] = member.get_string();
        } else if (member.is_number() || member.is_bool()) {
          into[std::string{key}] = base::write_json(member);
        } else {
          expected("a string", member, path + "." + std::string{key});
        }
      }
    };
  }

  /// A list of maps with the key `name`.
  Read names(std::vector<std::string>& into) {
    return [this, &into](const Json& value, const std::string& path) {
      if (value.is_null()) {
        return;
      }
      if (!value.is_array()) {
        expected("a list of maps with the key name", value, path);
        return;
      }
      into.clear();
      for (std::size_t i = 0; i < value.get_array().size(); ++i) {
        const Json& element = value.get_array()[i];
        const std::string element_path = path + "[" + std::to_string(i) + "]";
        if (const std::string_view name = base::text_at(element, {"name"}); !name.empty()) {
          into.emplace_back(name);
        } else if (element.is_object()) {
          problems_.warnings.push_back({element_path, "has no name; it is ignored"});
        } else {
          expected("a map with the key name", element, element_path);
        }
      }
    };
  }

 private:
  void expected(std::string_view what, const Json& value, const std::string& path) {
    problems_.errors.push_back({path, "expected " + std::string{what} + ", got " +
                                          std::string{base::yaml_type_name(value)}});
  }

  api::Problems& problems_;
};

}  // namespace

Settings settings_of(const Json& config, api::Problems& problems) {
  Settings settings;
  ControllerConfig& controller = settings.controller;
  Reader reader{problems};
  const auto images = [&](const Json& value, const std::string& path) {
    reader.map(value, path,
               {
                   {"java", reader.text(controller.java_image)},
                   {"python", reader.text(controller.python_image)},
                   {"go", reader.text(controller.go_image)},
                   {"genericRuntime", reader.texts(controller.generic_images)},
               });
  };
  const auto dead = [&](const Json&, const std::string& path) {
    problems.warnings.push_back(
        {path, "has no effect and never had one; the key is runnerImagePullPolicy"});
  };
  const auto controller_config = [&](const Json& value, const std::string& path) {
    reader.map(value, path,
               {
                   {"runnerImages", images},
                   {"runnerImagePullSecrets", reader.names(controller.pull_secrets)},
                   {"runnerImagePullPolicy", reader.text(controller.pull_policy)},
                   {"resourceLabels", reader.texts(controller.resource_labels)},
                   {"resourceAnnotations", reader.texts(controller.resource_annotations)},
                   {"imagePullPolicy", dead},
               });
  };
  reader.map(
      config, "",
      {
          {"enableInitContainers", reader.flag(settings.enable_init_containers)},
          {"addDefaultAffinity", reader.flag(settings.add_default_affinity)},
          {"runAsNonRoot", reader.flag(settings.run_as_non_root)},
          {"globalBackendConfig", reader.text(settings.global_backend_config)},
          {"globalBackendConfigNamespace", reader.text(settings.global_backend_config_namespace)},
          {"namespacedBackendConfig", reader.text(settings.namespaced_backend_config)},
          {"controllerConfig", controller_config},
      });
  return settings;
}

}  // namespace functionmesh::render
