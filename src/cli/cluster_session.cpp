#include "cli/cluster_session.hpp"

#include "base/environment.hpp"
#include "cluster/kubernetes/find_access.hpp"

namespace functionmesh::cli {

base::Result<kubernetes::Access> access_of(const ClusterOptions& options) {
  return kubernetes::find_access({.kubeconfig = options.kubeconfig, .context = options.context},
                                 {.environment = base::process_environment()});
}

std::string namespace_in(const ClusterOptions& options, const kubernetes::Access& access) {
  return options.all_namespaces       ? std::string{}
         : options.namespace_.empty() ? access.default_namespace
                                      : options.namespace_;
}

}  // namespace functionmesh::cli
