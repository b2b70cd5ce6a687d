#include "cluster/kubernetes/access/kubeconfig.hpp"

#include <array>

#include "base/base64.hpp"
#include "base/certificate.hpp"
#include "base/yaml.hpp"
#include "cluster/kubernetes/access/credentials.hpp"
#include "cluster/kubernetes/access/exec_plugin.hpp"
#include "cluster/kubernetes/access/kubeconfig_fields.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;
using base::Json;
using Fields = KubeconfigFields;
using Problem = std::optional<Error>;

Result<std::vector<KubeconfigDocument>> parse(const std::vector<KubeconfigFile>& files) {
  std::vector<KubeconfigDocument> documents;
  for (const KubeconfigFile& file : files) {
    auto parsed = base::parse_yaml(file.text, file.path.string());
    if (!parsed) {
      return fail(Error::Code::invalid, parsed.error() + "; expected a kubeconfig in YAML or JSON");
    }
    if (parsed->size() > 1) {
      return fail(Error::Code::invalid,
                  file.path.string() + ": expected one YAML document, got several");
    }
    KubeconfigDocument document{.path = file.path, .value = Json{}, .lines = {}};
    if (!parsed->empty()) {
      document.value = std::move(parsed->front().value);
      document.lines = std::move(parsed->front().lines);
    }
    documents.push_back(std::move(document));
  }
  return documents;
}

/// The files, taken as one.
class Kubeconfig {
 public:
  Kubeconfig(const std::vector<KubeconfigDocument>& documents, Problem& problem) {
    for (const KubeconfigDocument& document : documents) {
      files_.emplace_back(document, document.value, "", problem);
    }
  }

  /// The first entry of `list` that is called `name`.
  std::optional<Fields> entry(std::string_view list, std::string_view name) {
    for (Fields& file : files_) {
      for (Fields& element : file.children(list)) {
        if (element.text("name") == name) {
          return std::move(element);
        }
      }
    }
    return std::nullopt;
  }

  std::string current_context() {
    for (Fields& file : files_) {
      if (std::string name = file.text("current-context"); !name.empty()) {
        return name;
      }
    }
    return {};
  }

  /// "there are: a, b" or "there are none": what could have been meant.
  std::string known(std::string_view list) {
    std::string names;
    for (Fields& file : files_) {
      for (Fields& element : file.children(list)) {
        names += (names.empty() ? "" : ", ") + element.text("name");
      }
    }
    return names.empty() ? "there are none" : "there are: " + names;
  }

  std::string name() const {
    std::string all;
    for (const Fields& file : files_) {
      all += (all.empty() ? "" : ":") + file.source().string();
    }
    return all;
  }

  void wrong(const std::string& what) { files_.front().wrong_file(what); }

 private:
  std::vector<Fields> files_;
};

// --- the server ----------------------------------------------------------------------------------

void read_server(Fields cluster, Access& access) {
  const std::string server = cluster.text("server");
  if (server.empty()) {
    cluster.wrong("server",
                  "is missing; expected the address of the API server, such as "
                  "https://10.0.0.1:6443");
    return;
  }
  const auto url = base::parse_url(server);
  if (!url) {
    cluster.wrong("server", "expected an address such as https://10.0.0.1:6443: " + url.error());
    return;
  }
  access.server = *url;
  access.server_name = cluster.text("tls-server-name");
  access.allow_insecure = cluster.flag("insecure-skip-tls-verify");
  if (!cluster.text("proxy-url").empty()) {
    cluster.wrong("proxy-url", "proxies are not supported; the server has to be reached directly");
  }
}

void read_authority(Fields cluster, Access& access) {
  constexpr std::string_view kData = "certificate-authority-data";
  constexpr std::string_view kFile = "certificate-authority";
  const std::string_view field = cluster.text(kData).empty() ? kFile : kData;
  if (field == kData) {
    access.ca_pem = cluster.decoded(kData);
  } else if (const auto file = cluster.file(kFile); !file.empty()) {
    auto text = read_small_file(file);
    if (!text) {
      cluster.wrong(kFile, text.error().message);
      return;
    }
    access.ca_pem = std::move(*text);
  } else {
    return;
  }
  if (access.allow_insecure) {
    cluster.wrong("insecure-skip-tls-verify",
                  "contradicts " + std::string{field} + "; remove one of them");
  } else if (const auto good = base::check_certificates(access.ca_pem); !good) {
    cluster.wrong(field, good.error().message);
  }
}

// --- who we are ----------------------------------------------------------------------------------

struct Unsupported {
  std::string_view field;
  std::string_view why;
};

constexpr std::array kUnsupported{
    Unsupported{"username",
                "basic authentication is not supported (Kubernetes dropped it in 1.19);"
                " use a token, a client certificate or an exec plug-in"},
    Unsupported{"password",
                "basic authentication is not supported (Kubernetes dropped it in 1.19);"
                " use a token, a client certificate or an exec plug-in"},
    Unsupported{"auth-provider",
                "auth providers are not supported (Kubernetes dropped them in "
                "1.26); use the exec plug-in of your provider"},
    Unsupported{"as", "acting as somebody else is not supported; use that user's credentials"},
    Unsupported{"as-uid", "acting as somebody else is not supported; use that user's credentials"},
    Unsupported{"as-groups",
                "acting as somebody else is not supported; use that user's credentials"},
    Unsupported{"as-user-extra",
                "acting as somebody else is not supported; use that user's credentials"},
};

Given read_given(Fields user, std::string_view data_field, std::string_view file_field) {
  if (!user.text(data_field).empty()) {
    return {.text = user.decoded(data_field), .file = {}, .name = user.place(data_field)};
  }
  return {.text = {}, .file = user.file(file_field), .name = user.place(file_field)};
}

Login read_login(Fields user) {
  Login login;
  if (const auto file = user.file("tokenFile"); !file.empty()) {
    login.token = {.text = {}, .file = file, .name = user.place("tokenFile")};
  } else {
    login.token = {.text = user.text("token"), .file = {}, .name = user.place("token")};
  }
  login.certificate = read_given(user, "client-certificate-data", "client-certificate");
  login.key = read_given(user, "client-key-data", "client-key");
  if (login.certificate.empty() != login.key.empty()) {
    const bool key_missing = login.key.empty();
    user.wrong(key_missing ? "client-key" : "client-certificate",
               std::string{"is missing (or -data); a client "} +
                   (key_missing ? "certificate needs its key" : "key needs its certificate"),
               Error::Code::forbidden);
  }
  return login;
}

/// What a plug-in may know about the server.
Json cluster_info(Fields cluster, const Access& access) {
  base::JsonObject info{{"server", base::to_string(access.server)}};
  if (!access.server_name.empty()) {
    info["tls-server-name"] = access.server_name;
  }
  if (access.allow_insecure) {
    info["insecure-skip-tls-verify"] = true;
  }
  if (const std::string data = cluster.text("certificate-authority-data"); !data.empty()) {
    info["certificate-authority-data"] = data;
  } else if (!access.ca_pem.empty()) {
    info["certificate-authority-data"] = base::encode_base64(access.ca_pem);
  }
  for (Fields& extension : cluster.children("extensions")) {
    const Json* config = extension.any("extension");
    if (extension.text("name") == "client.authentication.k8s.io/exec" && config != nullptr) {
      info["config"] = *config;
    }
  }
  return info;
}

ExecPlugin::Interactive read_interactive(Fields& exec, bool is_beta) {
  const std::string mode = exec.text("interactiveMode");
  if (mode == "Never") {
    return ExecPlugin::Interactive::never;
  }
  if (mode == "Always") {
    return ExecPlugin::Interactive::always;
  }
  if (mode != "IfAvailable" && !(mode.empty() && is_beta)) {
    exec.wrong("interactiveMode",
               (mode.empty() ? std::string{"is missing"} : "is \"" + mode + "\"") +
                   "; expected Never, IfAvailable or Always");
  }
  return ExecPlugin::Interactive::if_available;
}

ExecPlugin read_exec(Fields exec, Fields cluster, const Access& access) {
  constexpr std::string_view kBeta = "client.authentication.k8s.io/v1beta1";
  constexpr std::string_view kStable = "client.authentication.k8s.io/v1";
  ExecPlugin plugin{.command = exec.text("command"), .api_version = exec.text("apiVersion")};
  plugin.name = exec.place("");
  if (plugin.command.empty()) {
    exec.wrong("command", "is missing; expected the program that is asked for credentials");
  }
  // A name is looked up on the PATH; a path is relative to the kubeconfig.
  if (plugin.command.contains('/')) {
    plugin.command = exec.file("command").string();
  }
  if (plugin.api_version != kStable && plugin.api_version != kBeta) {
    exec.wrong("apiVersion", (plugin.api_version.empty() ? std::string{"is missing"}
                                                         : "is \"" + plugin.api_version + "\"") +
                                 "; expected " + std::string{kStable} + " or " +
                                 std::string{kBeta} +
                                 ": a newer version of the plug-in may write it");
  }
  plugin.arguments = exec.texts("args");
  for (Fields& variable : exec.children("env")) {
    const std::string name = variable.text("name");
    if (name.empty() || name.contains('=')) {
      variable.wrong("name", "expected the name of an environment variable");
    }
    plugin.environment[name] = variable.text("value");
  }
  plugin.interactive = read_interactive(exec, plugin.api_version == kBeta);
  plugin.install_hint = exec.text("installHint");
  if (exec.flag("provideClusterInfo")) {
    plugin.cluster = cluster_info(std::move(cluster), access);
  }
  return plugin;
}

void read_user(Fields user, const Fields& cluster, const base::Clock& clock, Problem& problem,
               Access& access) {
  for (const Unsupported& field : kUnsupported) {
    if (user.has(field.field)) {
      user.wrong(field.field, std::string{field.why}, Error::Code::forbidden);
    }
  }
  Login login = read_login(user);
  if (user.has("exec") && !login.certificate.empty()) {
    user.wrong("exec", "contradicts client-certificate; remove one of them",
               Error::Code::forbidden);
  }
  // A token counts more than a plug-in, as with kubectl.
  if (user.has("exec") && login.token.empty()) {
    ExecPlugin plugin = read_exec(user.child("exec"), cluster, access);
    if (!problem) {
      access.credentials = exec_credentials(std::move(plugin), clock);
    }
    return;
  }
  if (problem) {
    return;
  }
  auto credentials = credentials_of(std::move(login), clock);
  if (credentials) {
    access.credentials = std::move(*credentials);
  } else {
    problem = credentials.error();
  }
}

// --- the context ---------------------------------------------------------------------------------

Access read_context(Kubeconfig& config, const std::string& name, const base::Clock& clock,
                    Problem& problem) {
  Access access;
  access.description = "context " + name + " of " + config.name();
  auto entry = config.entry("contexts", name);
  if (!entry) {
    config.wrong("contexts: there is no context \"" + name + "\"; " + config.known("contexts"));
    return access;
  }
  Fields context = entry->child("context");
  access.default_namespace = context.text("namespace");
  if (access.default_namespace.empty()) {
    access.default_namespace = "default";
  }
  const std::string cluster_name = context.text("cluster");
  const auto cluster = config.entry("clusters", cluster_name);
  if (!cluster) {
    context.wrong("cluster", "there is no cluster \"" + cluster_name + "\" in clusters; " +
                                 config.known("clusters"));
    return access;
  }
  Fields server = Fields{*cluster}.child("cluster");
  read_server(server, access);
  read_authority(server, access);

  const std::string user_name = context.text("user");
  const auto user = config.entry("users", user_name);
  if (!user && !user_name.empty()) {
    context.wrong("user",
                  "there is no user \"" + user_name + "\" in users; " + config.known("users"));
    return access;
  }
  if (user) {
    read_user(Fields{*user}.child("user"), server, clock, problem, access);
  } else if (!problem) {
    access.credentials = *credentials_of({}, clock);  // nobody, as with kubectl
  }
  return access;
}

}  // namespace

Result<Access> access_of(const std::vector<KubeconfigFile>& files, std::string_view context,
                         const base::Clock& clock) {
  if (files.empty()) {
    return fail(Error::Code::not_found, "there is no kubeconfig");
  }
  const auto documents = parse(files);
  if (!documents) {
    return std::unexpected(documents.error());
  }
  Problem problem;
  Kubeconfig config{*documents, problem};
  const std::string name = context.empty() ? config.current_context() : std::string{context};
  if (name.empty()) {
    config.wrong(
        "current-context: is missing; choose one with --context or kubectl config "
        "use-context: " +
        config.known("contexts"));
    return std::unexpected(*problem);
  }
  Access access = read_context(config, name, clock, problem);
  if (problem) {
    return std::unexpected(*problem);
  }
  return access;
}

}  // namespace functionmesh::kubernetes
