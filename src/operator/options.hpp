#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "reconcile/work_queue.hpp"

namespace functionmesh::process {

/// What an operator was told by its flags and environment variables.
struct Options {
  std::string metrics_address = ":8443";
  bool metrics_secure = true;
  bool metrics_object_names = false;
  std::string health_address = ":8000";
  bool leader_election = false;
  std::string lease_name = "a3f45fce.functionmesh.io";
  std::string lease_namespace{};  ///< empty: where we run
  std::string webhook_address = ":9443";
  std::string certificate_folder = "/tmp/k8s-webhook-server/serving-certs";
  std::string config_file{};
  std::string watched_namespace{};  ///< empty: all
  bool enable_pprof = false;
  std::string pprof_address = ":8090";
  bool enable_init_containers = false;
  std::string global_backend_config{};
  std::string global_backend_config_namespace = "default";
  std::string namespaced_backend_config = "backend-config";
  bool add_default_affinity = true;
  bool pause_rollout = false;

  std::string kubeconfig{};
  std::string context{};
  std::string log_level = "info";
  std::string log_format{};  ///< empty: text
  int concurrency = reconcile::kReconcilesAtOnce;

  bool webhooks = true;
  bool mesh_controller = true;
  bool run_as_non_root = false;

  bool help = false;
  bool version = false;
};

struct ReadOptions {
  Options options;
  std::vector<std::string> warnings;
};

/// Reads flags as Go programs take them (-flag value, --flag=value, a truth value alone or after
/// "="), over the environment, over the defaults. The error is for the user.
base::Result<ReadOptions> read_options(const std::vector<std::string>& arguments,
                                       const std::map<std::string, std::string>& environment);

/// All flags with what they mean, for --help and the documentation.
std::string usage();

}  // namespace functionmesh::process
