#include "cluster/kubernetes/access/find_access.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/certificate.hpp"
#include "cluster/kubernetes/access/kubeconfig.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;

std::string variable(const Surroundings& around, const std::string& name) {
  const auto found = around.environment.find(name);
  return found == around.environment.end() ? std::string{} : found->second;
}

bool is_in_cluster(const Surroundings& around) {
  return !variable(around, "KUBERNETES_SERVICE_HOST").empty() &&
         !variable(around, "KUBERNETES_SERVICE_PORT").empty();
}

std::filesystem::path default_file(const Surroundings& around) {
  const std::string home = variable(around, "HOME");
  return home.empty() ? std::filesystem::path{} : std::filesystem::path{home} / ".kube/config";
}

std::vector<std::filesystem::path> split(std::string_view list) {
  std::vector<std::filesystem::path> paths;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end > 0) {
      paths.emplace_back(list.substr(0, end));
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return paths;
}

/// Of several files those that are not there do not count, as with kubectl.
Result<std::vector<KubeconfigFile>> read_files(const std::vector<std::filesystem::path>& paths) {
  std::vector<KubeconfigFile> files;
  std::optional<Error> missing;
  for (const auto& path : paths) {
    auto text = read_small_file(path);
    if (text) {
      files.push_back({path, std::move(*text)});
    } else if (text.error().code != Error::Code::not_found) {
      return std::unexpected(text.error());
    } else {
      missing = text.error();
    }
  }
  if (files.empty() && missing) {
    return std::unexpected(*missing);
  }
  return files;
}

}  // namespace

Result<Access> from_kubeconfig(const AccessChoice& choice, const Surroundings& around,
                               const base::Clock& clock) {
  std::vector<std::filesystem::path> paths;
  if (!choice.kubeconfig.empty()) {
    paths = {choice.kubeconfig};
  } else if (const std::string list = variable(around, "KUBECONFIG"); !list.empty()) {
    paths = split(list);
  } else if (const auto file = default_file(around); !file.empty()) {
    paths = {file};
  }
  const auto files = read_files(paths);
  if (!files) {
    return fail(files.error().code, "kubeconfig " + files.error().message +
                                        "; name another with --kubeconfig or KUBECONFIG");
  }
  if (files->empty()) {
    return fail(
        Error::Code::not_found,
        "no kubeconfig is known (HOME is not set); name one with --kubeconfig or KUBECONFIG");
  }
  return access_of(*files, choice.context, clock);
}

Result<Access> in_cluster(const Surroundings& around, const base::Clock& clock) {
  Access access;
  access.description = "the service account of this pod";
  access.server.tls = true;
  access.server.host = variable(around, "KUBERNETES_SERVICE_HOST");
  access.server.port = variable(around, "KUBERNETES_SERVICE_PORT");
  const std::string host =
      access.server.host.contains(':') ? "[" + access.server.host + "]" : access.server.host;
  const auto url = base::parse_url("https://" + host + ":" + access.server.port);
  if (access.server.host.empty() || !url) {
    return fail(Error::Code::invalid,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: expected the address of the "
                "API server, as Kubernetes sets it in a pod" +
                    (url || access.server.host.empty() ? "" : ": " + url.error()));
  }
  auto authority = read_small_file(around.service_account / "ca.crt");
  if (!authority) {
    return fail(Error::Code::forbidden,
                authority.error().message +
                    "; the pod needs a service account token: automountServiceAccountToken: true");
  }
  access.ca_pem = std::move(*authority);
  if (const auto good = base::check_certificates(access.ca_pem); !good) {
    return fail(Error::Code::invalid,
                (around.service_account / "ca.crt").string() + ": " + good.error().message);
  }
  const auto own_namespace = read_small_file(around.service_account / "namespace");
  access.default_namespace = own_namespace ? trimmed(*own_namespace) : std::string{};
  if (access.default_namespace.empty()) {
    access.default_namespace = "default";
  }
  Login login;
  login.token = {
      .text = {}, .file = around.service_account / "token", .name = "the service account's token"};
  auto credentials = credentials_of(std::move(login), clock);
  if (!credentials) {
    return std::unexpected(credentials.error());
  }
  access.credentials = std::move(*credentials);
  return access;
}

Result<Access> find_access(const AccessChoice& choice, const Surroundings& around,
                           const base::Clock& clock) {
  const bool named = !choice.kubeconfig.empty() || !choice.context.empty() ||
                     !variable(around, "KUBECONFIG").empty();
  if (!named && is_in_cluster(around)) {
    return in_cluster(around, clock);
  }
  auto access = from_kubeconfig(choice, around, clock);
  if (!access && !named && access.error().code == Error::Code::not_found) {
    return fail(Error::Code::not_found,
                "no cluster is known: this is no pod of one (KUBERNETES_SERVICE_HOST is not set) "
                "and " +
                    access.error().message);
  }
  return access;
}

}  // namespace functionmesh::kubernetes
