#include "cli/cluster_session.hpp"

#include "base/environment.hpp"
#include "cli/terminal.hpp"
#include "cluster/kubernetes/access/find_access.hpp"

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

int with_cluster(const ClusterOptions& options,
                 const std::function<boost::asio::awaitable<int>(Session&)>& work) {
  auto access = access_of(options);
  if (!access) {
    print_error(access.error().message);
    return kProblems;
  }
  const std::string in = namespace_in(options, *access);
  boost::asio::io_context loop;
  kubernetes::Client client{loop.get_executor(), std::move(*access)};
  kubernetes::Reader reader{client};
  Session session{loop, client, reader, in};
  const auto work_and_end = [&]() -> boost::asio::awaitable<int> {
    const int code = co_await work(session);
    client.stop();
    co_return code;
  };
  return run_on(loop, work_and_end());
}

}  // namespace functionmesh::cli
