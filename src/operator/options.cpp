#include "operator/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <variant>

#include "base/http_server.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace functionmesh::process {
namespace {

using base::Error;
using base::fail;
using base::Result;

using Target = std::variant<bool Options::*, int Options::*, std::string Options::*>;

struct Flag {
  std::string_view name;      ///< empty: only a variable
  std::string_view variable;  ///< empty: only a flag
  Target target;
  std::string_view meaning;
};

constexpr std::array kFlags{
    Flag{"metrics-addr", "METRICS_ADDR", &Options::metrics_address,
         "where /metrics is served; \"0\": nowhere"},
    Flag{"metrics-secure", "", &Options::metrics_secure,
         "serve /metrics with TLS, to those whose token may get it"},
    Flag{"metrics-object-names", "", &Options::metrics_object_names,
         "label metrics of reconciles with the resource's name too"},
    Flag{"health-probe-addr", "HEALTH_PROBE_ADDR", &Options::health_address,
         "where /healthz and /readyz are served; \"0\": nowhere"},
    Flag{"enable-leader-election", "ENABLE_LEADER_ELECTION", &Options::leader_election,
         "work only while holding a Lease, so that several replicas can run"},
    Flag{"leader-election-id", "LEADER_ELECTION_ID", &Options::lease_name, "name of that Lease"},
    Flag{"leader-election-namespace", "LEADER_ELECTION_NAMESPACE", &Options::lease_namespace,
         "its namespace [where the operator runs]"},
    Flag{"webhook-addr", "WEBHOOK_ADDR", &Options::webhook_address,
         "where the admission webhooks are served; \"0\": nowhere"},
    Flag{"cert-dir", "CERT_DIR", &Options::certificate_folder,
         "folder with tls.crt and tls.key for what is served with TLS; without them certificates "
         "are made"},
    Flag{"config-file", "CONFIG_FILE", &Options::config_file,
         "YAML file with runner images, labels and the like"},
    Flag{"watched-namespace", "WATCHED_NAMESPACE", &Options::watched_namespace,
         "the only namespace to work in [all]"},
    Flag{"enable-init-containers", "ENABLE_INIT_CONTAINERS", &Options::enable_init_containers,
         "download packages in an init container"},
    Flag{"global-backend-config", "GLOBAL_BACKEND_CONFIG", &Options::global_backend_config,
         "BackendConfig that counts for all resources [none]"},
    Flag{"global-backend-config-namespace", "GLOBAL_BACKEND_CONFIG_NAMESPACE",
         &Options::global_backend_config_namespace, "its namespace"},
    Flag{"namespaced-backend-config", "NAMESPACED_BACKEND_CONFIG",
         &Options::namespaced_backend_config,
         "name of the BackendConfig that counts for the resources beside it"},
    Flag{"add-default-affinity", "ADD_DEFAULT_AFFINITY", &Options::add_default_affinity,
         "spread the instances of a component over nodes"},
    Flag{"pause-rollout", "PAUSE_ROLLOUT", &Options::pause_rollout,
         "roll out nothing but changes of a resource's own spec"},
    Flag{"concurrency", "", &Options::concurrency, "resources that are worked on at once"},
    Flag{"kubeconfig", "", &Options::kubeconfig,
         "kubeconfig file [$KUBECONFIG, the pod's service account, ~/.kube/config]"},
    Flag{"context", "", &Options::context, "context of the kubeconfig [its current one]"},
    Flag{"log-level", "LOG_LEVEL", &Options::log_level, "debug, info, warning or error"},
    Flag{"log-format", "LOG_FORMAT", &Options::log_format, "text or json [text]"},
    Flag{"enable-pprof", "ENABLE_PPROF", &Options::enable_pprof,
         "accepted, without effect: this program has no Go profiles"},
    Flag{"pprof-addr", "PPROF_ADDR", &Options::pprof_address, "accepted, without effect"},
    Flag{"", "ENABLE_WEBHOOKS", &Options::webhooks, "false: no admission webhooks"},
    Flag{"", "ENABLE_FUNCTION_MESH_CONTROLLER", &Options::mesh_controller,
         "false: FunctionMesh resources are left alone"},
    Flag{"", "RUN_AS_NON_ROOT", &Options::run_as_non_root,
         "true: pods of functions say runAsNonRoot"},
    Flag{"help", "", &Options::help, "print this"},
    Flag{"version", "", &Options::version, "print the version"},
};

/// The truth values that Go knows.
std::optional<bool> truth(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "FALSE", "false", "False"};
  const auto is_one_of = [&](const auto& words) {
    return std::ranges::find(words, text) != words.end();
  };
  if (is_one_of(kTrue)) {
    return true;
  }
  return is_one_of(kFalse) ? std::optional{false} : std::nullopt;
}

/// What was expected instead, or nothing when it fits.
std::optional<std::string> set(Options& options, const Target& target, const std::string& value) {
  if (const auto* text = std::get_if<std::string Options::*>(&target)) {
    options.*(*text) = value;
    return std::nullopt;
  }
  if (const auto* flag = std::get_if<bool Options::*>(&target)) {
    const auto parsed = truth(value);
    options.*(*flag) = parsed.value_or(options.*(*flag));
    return parsed ? std::nullopt : std::optional{std::string{"true or false"}};
  }
  int& number = options.*std::get<int Options::*>(target);
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool whole = error == std::errc{} && end == value.data() + value.size();
  return whole ? std::nullopt : std::optional{std::string{"a whole number"}};
}

const Flag* find_flag(std::string_view name) {
  const auto* found = std::ranges::find(kFlags, name, &Flag::name);
  return name.empty() || found == kFlags.end() ? nullptr : found;
}

std::string did_you_mean(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Flag& flag : kFlags) {
    if (!flag.name.empty()) {
      names.push_back(flag.name);
    }
  }
  const std::string_view nearest = base::nearest(name, names);
  return nearest.empty() ? "; --help lists them" : "; did you mean --" + std::string{nearest} + "?";
}

std::string expected(std::string_view what, std::string_view where, std::string_view got) {
  return std::string{where} + ": expected " + std::string{what} + ", got \"" + std::string{got} +
         "\"";
}

void read_environment(const std::map<std::string, std::string>& environment, ReadOptions& read) {
  for (const Flag& flag : kFlags) {
    const auto variable = environment.find(std::string{flag.variable});
    if (flag.variable.empty() || variable == environment.end() || variable->second.empty()) {
      continue;
    }
    const auto wanted = set(read.options, flag.target, variable->second);
    if (!wanted) {
      continue;
    }
    // The reference takes what it cannot read as false, and goes on; but its switches that are on
    // by default are only switched off by "false".
    const auto* truth_value = std::get_if<bool Options::*>(&flag.target);
    if (truth_value != nullptr && !flag.name.empty()) {
      read.options.*(*truth_value) = false;
    }
    read.warnings.push_back(expected(*wanted, flag.variable, variable->second) +
                            (flag.name.empty() ? "; it is ignored" : "; it counts as false"));
  }
}

Result<void> read_flags(const std::vector<std::string>& arguments, Options& options) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with('-')) {
      return fail(Error::Code::invalid,
                  "\"" + argument +
                      "\": expected a flag; a truth value is written with \"=\", as "
                      "in --enable-leader-election=true");
    }
    const std::size_t dashes = argument.starts_with("--") ? 2 : 1;
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(dashes, equals - dashes);
    const Flag* flag = find_flag(name == "h" ? "help" : name);
    if (flag == nullptr) {
      return fail(Error::Code::invalid,
                  "unknown flag " + argument.substr(0, equals) + did_you_mean(name));
    }
    std::string value;
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (std::holds_alternative<bool Options::*>(flag->target)) {
      value = "true";
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    } else {
      return fail(Error::Code::invalid, argument + " needs a value");
    }
    if (const auto wanted = set(options, flag->target, value)) {
      return fail(Error::Code::invalid, expected(*wanted, "--" + name, value));
    }
  }
  return {};
}

Result<void> check(const Options& options) {
  if (!base::level_of(options.log_level)) {
    return fail(Error::Code::invalid,
                expected("debug, info, warning or error", "--log-level", options.log_level));
  }
  if (!options.log_format.empty() && options.log_format != "text" && options.log_format != "json") {
    return fail(Error::Code::invalid, expected("text or json", "--log-format", options.log_format));
  }
  if (options.concurrency < 1 || options.concurrency > 1000) {
    return fail(Error::Code::invalid,
                expected("1 to 1000", "--concurrency", std::to_string(options.concurrency)));
  }
  struct Address {
    std::string_view flag;
    const std::string& value;
  };
  for (const Address& address : {Address{"--metrics-addr", options.metrics_address},
                                 Address{"--health-probe-addr", options.health_address},
                                 Address{"--webhook-addr", options.webhook_address}}) {
    const bool off = address.value.empty() || address.value == "0";
    const auto good = base::check_listen_address(address.value);
    if (!off && !good) {
      return fail(Error::Code::invalid, std::string{address.flag} + ": " + good.error().message);
    }
  }
  if (options.leader_election && options.lease_name.empty()) {
    return fail(Error::Code::invalid, "--leader-election-id must not be empty");
  }
  return {};
}

std::string default_of(const Flag& flag) {
  const Options defaults;
  if (const auto* text = std::get_if<std::string Options::*>(&flag.target)) {
    return defaults.*(*text);
  }
  if (const auto* number = std::get_if<int Options::*>(&flag.target)) {
    return std::to_string(defaults.*(*number));
  }
  return defaults.*std::get<bool Options::*>(flag.target) ? "true" : "";
}

}  // namespace

Result<ReadOptions> read_options(const std::vector<std::string>& arguments,
                                 const std::map<std::string, std::string>& environment) {
  ReadOptions read;
  read_environment(environment, read);
  if (const auto good = read_flags(arguments, read.options); !good) {
    return std::unexpected(good.error());
  }
  if (const auto good = check(read.options); !good && !read.options.help && !read.options.version) {
    return std::unexpected(good.error());
  }
  if (read.options.enable_pprof) {
    read.warnings.emplace_back("--enable-pprof has no effect: this program has no Go profiles");
  }
  return read;
}

std::string usage() {
  std::string text =
      "Keep Functions, Sources, Sinks and FunctionMeshes of a Kubernetes cluster running.\n\n"
      "Usage: functionmesh operator [flags]      (the same when the program is called manager)\n\n"
      "Flags, and the environment variables that count where the flag is not given:\n";
  for (const Flag& flag : kFlags) {
    std::string left = flag.name.empty() ? "" : "--" + std::string{flag.name};
    if (!flag.variable.empty()) {
      left += (left.empty() ? "" : ", ") + std::string{flag.variable};
    }
    text += "  " + left + "\n        " + std::string{flag.meaning};
    if (const std::string value = default_of(flag); !value.empty()) {
      text += " [" + value + "]";
    }
    text += "\n";
  }
  return text;
}

}  // namespace functionmesh::process
