#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/http_server.hpp"
#include "cluster/kubernetes/kubernetes_cluster.hpp"
#include "cluster/kubernetes/lease_elector.hpp"
#include "operator/admission_server.hpp"
#include "operator/failure_log.hpp"
#include "operator/health.hpp"
#include "operator/options.hpp"
#include "operator/reconcile_metrics.hpp"
#include "operator/serving_certificate.hpp"
#include "operator/token_guard.hpp"
#include "reconcile/manager.hpp"

namespace functionmesh::process {

/// An operator's life: fill the caches, wait to lead, let the controllers work, stand by again when
/// the lease is lost, end in order at the first SIGTERM or SIGINT and at once at the second.
class Operator {
 public:
  Operator(Options options, reconcile::Policy policy, kubernetes::Access access,
           boost::asio::io_context& loop);

  /// The program's exit code.
  boost::asio::awaitable<int> run();

 private:
  using Server = std::unique_ptr<base::HttpServer>;

  base::Result<void> start_servers();
  base::Result<void> refresh_certificate();
  boost::asio::awaitable<base::ServerResponse> answer_health(base::ServerRequest request);
  boost::asio::awaitable<base::ServerResponse> answer_metrics(base::ServerRequest request);
  std::string metrics();
  Health health() const;

  void watch_signals();
  void begin_stop(int signal);
  void start_admission();
  void run_beside(boost::asio::awaitable<void> work);
  boost::asio::awaitable<void> check_version();
  boost::asio::awaitable<void> follow_states();
  void log_states();
  void start_election();
  void set_leading(kubernetes::SteadyTime until);
  void start_manager();
  boost::asio::awaitable<bool> stop_manager(std::chrono::milliseconds longest);
  boost::asio::awaitable<void> shut_down();
  boost::asio::awaitable<void> until_changed(std::chrono::milliseconds longest);
  void reconciled(const reconcile::Reconciled& end);

  const Options options_;
  const reconcile::Policy policy_;
  const kubernetes::Access access_;
  boost::asio::io_context& loop_;
  const base::SystemClock clock_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer changed_;  ///< cancelled when something that is waited for happened
  kubernetes::KubernetesCluster cluster_;
  std::optional<kubernetes::LeaseElector> elector_;
  std::unique_ptr<reconcile::Manager> manager_;
  ReconcileMetrics reconcile_metrics_;
  ServingCertificate certificate_;
  TokenGuard guard_;
  Server health_server_;
  Server metrics_server_;
  std::optional<AdmissionServer> admission_;
  std::chrono::steady_clock::time_point answer_until_{};  ///< reviews, after a SIGTERM
  std::vector<kubernetes::KindState> last_states_;
  std::string server_problem_ = "has not been asked yet";
  FailureLog failures_;
  int beside_ = 0;  ///< coroutines that end when the client stops
  std::string certificate_problem_;
  bool leads_ = false;
  bool filled_ = false;  ///< the caches were filled once
  bool stopping_ = false;
};

/// Runs an operator as its arguments and environment say; returns the exit code.
int run(const std::vector<std::string>& arguments);

}  // namespace functionmesh::process
