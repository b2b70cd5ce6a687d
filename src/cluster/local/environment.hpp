#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/cluster.hpp"

/// What a container finds around it: variables and mounted files, out of a pod's specification and
/// the ConfigMaps and Secrets it refers to. Pure.
namespace functionmesh::local {

/// What stands at one path of a container.
struct Mount {
  std::string path;                          ///< in the container: "/etc/oauth2"
  std::map<std::string, std::string> files;  ///< path below it -> content
  bool single_file = false;    ///< `files` has one entry, which stands at `path` itself
  std::string host_path;       ///< not empty: this folder or file of the machine
  std::string private_folder;  ///< not empty: a folder of this name, the pod's own
};

struct Environment {
  std::map<std::string, std::string> variables;
  std::vector<Mount> mounts;
};

/// The ConfigMaps and Secrets by key; without those that are not there.
using Configs = std::map<cluster::Key, cluster::Object>;

/// Which ConfigMaps and Secrets `container` of `pod` needs.
std::vector<cluster::Key> referenced_configs(const base::Json& pod, const base::Json& container);

/// `pod` has metadata and spec. The error says in Kubernetes' words' meaning what is missing:
/// "ConfigMap default/pulsar-local is not there", "Secret default/x has no key token".
std::expected<Environment, std::string> environment_of(const base::Json& pod,
                                                       const base::Json& container,
                                                       const Configs& configs);

/// The key-value pairs of a ConfigMap or a Secret, base64 read.
std::map<std::string, std::string> values_of(const base::Json& config);

}  // namespace functionmesh::local
