#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "cluster/kubernetes/access/access.hpp"
#include "cluster/kubernetes/access/credentials.hpp"

namespace functionmesh::kubernetes {

/// Where a program finds its cluster.
struct Surroundings {
  std::map<std::string, std::string> environment;  ///< KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST
  std::filesystem::path service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
};

struct AccessChoice {
  std::string kubeconfig{};  ///< a file; empty: not said
  std::string context{};     ///< empty: the current one
};

/// The files of $KUBECONFIG, or ~/.kube/config, or the file that is given.
Result<Access> from_kubeconfig(const AccessChoice& choice, const Surroundings& around,
                               const base::Clock& clock = system_clock());

/// The service account of the pod that we run in.
Result<Access> in_cluster(const Surroundings& around, const base::Clock& clock = system_clock());

/// A kubeconfig that is named by the choice or by $KUBECONFIG, else our pod's service account, else
/// ~/.kube/config.
Result<Access> find_access(const AccessChoice& choice, const Surroundings& around,
                           const base::Clock& clock = system_clock());

}  // namespace functionmesh::kubernetes
