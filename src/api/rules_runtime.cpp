#include <algorithm>
#include <array>

#include "api/rules.hpp"

namespace functionmesh::api {
namespace {

constexpr std::array kLanguages{"nodejs", "python", "executable", "wasm"};

bool is_scheme(std::string_view text, std::string_view scheme) {
  return std::ranges::equal(text, scheme, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// tenant/namespace/name, with at most one @version.
bool is_package_name(std::string_view text) {
  if (text.find("://") != text.npos || std::ranges::count(text, '@') > 1) {
    return false;
  }
  const std::string_view name = text.substr(0, text.find('@'));
  return std::ranges::count(name, '/') == 2 && !name.starts_with('/') && !name.ends_with('/') &&
         name.find("//") == name.npos;
}

bool is_package_location(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == text.npos) {
    return false;
  }
  const std::string_view scheme = text.substr(0, end);
  const std::string_view rest = text.substr(end + 3);
  if (is_scheme(scheme, "http") || is_scheme(scheme, "https")) {
    return !rest.empty() && rest.front() != '/';
  }
  const bool package =
      is_scheme(scheme, "function") || is_scheme(scheme, "source") || is_scheme(scheme, "sink");
  return package && is_package_name(rest);
}

std::string why_no_location(std::string_view text) {
  return "\"" + std::string{text} +
         "\" is nowhere to download from: expected http(s)://..., or a package such as "
         "function://tenant/namespace/name@version";
}

void check_package(std::string_view field, std::string_view file, std::string_view location_field,
                   std::string_view location, Report& report) {
  if (file.empty()) {
    report.error(field, "must not be empty: it is where the code lies in the container");
  }
  if (!location.empty() && !is_package_location(location)) {
    report.error(location_field, why_no_location(location));
  }
}

void check_class_name(const ComponentSpec& spec, std::string_view runtime, Report& report) {
  if (spec.class_name.empty()) {
    report.error("className",
                 "is required: the class in the " + std::string{runtime} + " package to run");
  }
}

void check_generic(const GenericRuntime& generic, const ComponentSpec& spec, Report& report) {
  const std::string& location = generic.function_file_location;
  if (!location.empty() && !is_package_location(location)) {
    report.warn("genericRuntime.functionFileLocation", why_no_location(location));
  }
  if (spec.image.empty() && std::ranges::find(kLanguages, generic.language) == kLanguages.end()) {
    report.warn("genericRuntime.language",
                "no runner image is known for \"" + generic.language +
                    "\"; set spec.image, or one of nodejs, python, executable, wasm");
  }
}

void check_choice(const Subject& subject, Report& report) {
  const ComponentSpec& spec = subject.spec;
  std::string given;
  int count = 0;
  const auto note = [&](bool has, std::string_view name) {
    if (has) {
      given += (given.empty() ? "" : " and ") + std::string{name};
      ++count;
    }
  };
  note(spec.java.has_value(), "java");
  note(spec.python.has_value(), "python");
  note(spec.golang.has_value(), "golang");
  if (count > 1) {
    report.error("", "only one runtime is possible, but " + given + " are given");
  } else if (count == 0 && !spec.generic_runtime) {
    report.error("", "a runtime is required: one of java, python, golang and genericRuntime");
  } else if (count == 1 && spec.generic_runtime) {
    report.warn("genericRuntime", "has no effect beside " + given);
  }
}

}  // namespace

void check_runtime(const Subject& subject, Report& report) {
  const ComponentSpec& spec = subject.spec;
  if (subject.function()) {
    check_choice(subject, report);
  } else if (!spec.java) {
    report.error("java", "is required: connectors run in Java");
  }
  if (spec.java) {
    check_class_name(spec, "java", report);
    check_package("java.jar", spec.java->jar, "java.jarLocation", spec.java->jar_location, report);
  }
  if (!subject.function()) {
    return;
  }
  if (spec.python) {
    if (!spec.java) {
      check_class_name(spec, "python", report);
    }
    check_package("python.py", spec.python->py, "python.pyLocation", spec.python->py_location,
                  report);
  }
  if (spec.golang) {
    check_package("golang.go", spec.golang->go, "golang.goLocation", spec.golang->go_location,
                  report);
  }
  if (spec.generic_runtime) {
    check_generic(*spec.generic_runtime, spec, report);
  }
}

void check_state(const Subject& subject, Report& report) {
  const auto& state = subject.spec.stateful_config;
  if (!state || !state->pulsar) {
    return;
  }
  if (subject.runs_go()) {
    report.error("statefulConfig", "the Go runtime has no state; use java or python");
  }
  if (state->pulsar->service_url.empty()) {
    report.error_if(subject.function(), "statefulConfig.pulsar.serviceUrl",
                    "must not be empty: it is where the state store answers");
  }
}

void check_go_limits(const Subject& subject, Report& report) {
  if (!subject.runs_go()) {
    return;
  }
  const ComponentSpec& spec = subject.spec;
  const std::vector<InputTopic> topics = input_topics(spec.input);
  if (topics.size() > 1) {
    report.warn("input", "the Go runtime reads one topic; of these " +
                             std::to_string(topics.size()) + " it reads " + topics.front().topic);
  }
  if (spec.source_connector || spec.sink_connector) {
    report.warn(spec.source_connector ? "sourceConfig" : "sinkConfig",
                "the Go runtime knows no connectors: this has no effect");
  }
  if (spec.secrets_map && !spec.secrets_map->empty()) {
    report.warn("secretsMap",
                "the Go runtime has no secrets of its own: read them from the environment");
  }
  if (spec.window_config) {
    report.warn("windowConfig", "the Go runtime has no windows: this has no effect");
  }
  if (!spec.pulsar) {
    return;
  }
  const PulsarMessaging& pulsar = *spec.pulsar;
  if (!pulsar.tls_secret.empty() || (pulsar.tls_config && pulsar.tls_config->enabled)) {
    report.warn("pulsar", "the Go runtime knows no TLS: it connects without it");
  }
  if (!pulsar.auth_secret.empty() || pulsar.auth_config) {
    report.warn("pulsar",
                "the Go runtime does not authenticate: a broker that asks for it "
                "refuses the function");
  }
}

}  // namespace functionmesh::api
