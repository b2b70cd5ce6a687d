#include "operator/operator.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <map>
#include <random>

#include "base/log.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "operator/operator_metrics.hpp"
#include "operator/watched_kinds.hpp"

namespace functionmesh::process {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Json;
using base::Level;
using base::log;
using base::Result;
using base::ServerRequest;
using base::ServerResponse;
using kubernetes::KindState;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kOftenWhileFilling = 100ms;
constexpr milliseconds kSeldomWhenFilled = 2'000ms;
constexpr milliseconds kManagerMayTake = 3'000ms;
constexpr milliseconds kServersMayTake = 1'000ms;

/// How long a Service may go on sending requests to a pod that is to end.
constexpr std::chrono::seconds kServiceForgets = 5s;

/// After this a shutdown is cut short: Kubernetes kills after 30 s, the reference's charts
/// after 10.
constexpr std::chrono::seconds kShutdownMayTake = 9s;

std::string host() {
  boost::system::error_code error;
  const std::string name = asio::ip::host_name(error);
  return name.empty() ? "functionmesh" : name;
}

/// Unlike that of any other process, also of one before us in the same pod.
std::string identity() {
  std::random_device random;
  std::string text = host() + "_";
  for (int i = 0; i < 16; ++i) {
    text += "0123456789abcdef"[random() % 16];
  }
  return text;
}

std::vector<kubernetes::Watched> kinds_for(const Options& options) {
  std::vector<kubernetes::Watched> kinds = watched_kinds();
  if (!options.mesh_controller) {
    std::erase_if(kinds, [](const auto& watched) { return watched.kind == "FunctionMesh"; });
  }
  return kinds;
}

bool is_off(const std::string& address) {
  return address.empty() || address == "0";
}

/// What a bug threw must not be swallowed: the program ends with it.
void rethrow(const std::exception_ptr& bug) {
  if (bug) {
    std::rethrow_exception(bug);
  }
}

}  // namespace

Operator::Operator(Options options, reconcile::Policy policy, kubernetes::Access access,
                   asio::io_context& loop)
    : options_{std::move(options)},
      policy_{std::move(policy)},
      access_{std::move(access)},
      loop_{loop},
      signals_{loop, SIGINT, SIGTERM},
      changed_{loop},
      cluster_{loop.get_executor(), access_, clock_,
               kubernetes::ClusterOptions{.namespace_ = options_.watched_namespace,
                                          .kinds = kinds_for(options_),
                                          .instance = host()}},
      reconcile_metrics_{options_.metrics_object_names},
      certificate_{options_.certificate_folder},
      guard_{cluster_.client()} {}

// --- life ----------------------------------------------------------------------------------------

asio::awaitable<int> Operator::run() {
  watch_signals();
  if (const auto served = start_servers(); !served) {
    log(Level::error, "the operator cannot start", {{"error", served.error().message}});
    co_return 1;
  }
  const auto began = steady_clock::now();
  if (options_.leader_election) {
    cluster_.allow_writes_until(kubernetes::SteadyTime{});
  }
  cluster_.start();
  run_beside(check_version());
  run_beside(follow_states());
  start_admission();
  while (!filled_ && !stopping_) {
    co_await until_changed(1h);
  }
  if (filled_) {
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
    log(Level::info, "caches are filled", {{"milliseconds", took.count()}});
    if (options_.leader_election) {
      start_election();
    } else {
      leads_ = true;
    }
  }
  while (!stopping_) {
    if (leads_ && manager_ == nullptr) {
      start_manager();
    } else if (!leads_ && manager_ != nullptr) {
      co_await stop_manager(1h);
    } else {
      co_await until_changed(1h);
    }
  }
  co_await shut_down();
  co_return 0;
}

void Operator::start_admission() {
  if (!options_.webhooks || is_off(options_.webhook_address)) {
    return;
  }
  admission_.emplace(loop_.get_executor(),
                     AdmissionOptions{.address = options_.webhook_address,
                                      .namespace_ = access_.default_namespace,
                                      .certificate_folder = options_.certificate_folder},
                     cluster_.client(), clock_);
  run_beside(admission_->run());
}

void Operator::run_beside(asio::awaitable<void> work) {
  ++beside_;
  asio::co_spawn(loop_, std::move(work), [this](const std::exception_ptr& bug) {
    rethrow(bug);
    --beside_;
    changed_.cancel();
  });
}

void Operator::start_manager() {
  manager_ = std::make_unique<reconcile::Manager>(
      cluster_, clock_, policy_, loop_.get_executor(),
      reconcile::ManagerOptions{
          .at_once = static_cast<std::size_t>(options_.concurrency),
          .meshes = options_.mesh_controller,
          .observer = [this](const reconcile::Reconciled& end) { reconciled(end); }});
  manager_->start();
  if (options_.metrics_object_names) {
    for (const char* kind : {"Function", "Source", "Sink", "FunctionMesh"}) {
      cluster_.watch(kind, [this](cluster::Change change, const cluster::Object& object) {
        if (change == cluster::Change::deleted) {
          reconcile_metrics_.forget(cluster::key_of(*object));
        }
      });
    }
  }
  log(Level::info, "controllers work");
}

/// Whether it stopped within the time.
asio::awaitable<bool> Operator::stop_manager(milliseconds longest) {
  if (manager_ == nullptr) {
    co_return true;
  }
  bool stopped = false;
  const auto note = [&](const std::exception_ptr& bug) {
    rethrow(bug);
    stopped = true;
    changed_.cancel();
  };
  asio::co_spawn(loop_, manager_->stop(), note);
  const auto deadline = steady_clock::now() + longest;
  while (!stopped && steady_clock::now() < deadline) {
    co_await until_changed(std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
  }
  if (!stopped) {  // what they wait for ends with the connections
    co_await cluster_.stop();
    while (!stopped) {
      co_await until_changed(1h);
    }
  }
  cluster_.forget_listeners();
  manager_.reset();
  log(Level::info, "controllers stopped");
  co_return stopped;
}

asio::awaitable<void> Operator::shut_down() {
  asio::steady_timer watchdog{loop_, kShutdownMayTake};
  watchdog.async_wait([](const boost::system::error_code& cancelled) {
    if (!cancelled) {
      log(Level::error, "ending in order took too long; it ends now");
      std::_Exit(1);
    }
  });
  if (elector_) {
    elector_->stop();
  }
  co_await stop_manager(kManagerMayTake);
  co_await cluster_.stop();
  while (beside_ > 0) {
    co_await until_changed(1h);
  }
  if (elector_) {
    co_await elector_->release();
  }
  while (steady_clock::now() < answer_until_) {
    co_await until_changed(std::chrono::ceil<milliseconds>(answer_until_ - steady_clock::now()));
  }
  if (admission_) {
    co_await admission_->stop(kServersMayTake);
  }
  for (const Server* server : {&metrics_server_, &health_server_}) {
    if (*server) {
      co_await (*server)->stop(kServersMayTake);
    }
  }
  signals_.cancel();
  log(Level::info, "the operator ended in order");
}

void Operator::watch_signals() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) {
      return;
    }
    begin_stop(signal);
    signals_.async_wait([](const boost::system::error_code& again, int second) {
      if (!again) {
        std::_Exit(128 + second);
      }
    });
  });
}

void Operator::begin_stop(int signal) {
  log(Level::info, "the operator was asked to end");
  stopping_ = true;
  if (admission_ && admission_->state().serves && signal == SIGTERM) {
    answer_until_ = steady_clock::now() + kServiceForgets;
    admission_->wind_down();
  }
  changed_.cancel();
}

/// Checks again at the latest then; whoever changes what is waited for cancels the timer.
asio::awaitable<void> Operator::until_changed(milliseconds longest) {
  changed_.expires_after(longest);
  co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

// --- leading -------------------------------------------------------------------------------------

void Operator::start_election() {
  const std::string namespace_ =
      options_.lease_namespace.empty() ? access_.default_namespace : options_.lease_namespace;
  elector_.emplace(
      loop_.get_executor(), access_,
      kubernetes::LeaseOptions{
          .namespace_ = namespace_, .name = options_.lease_name, .identity = identity()},
      clock_,
      kubernetes::LeaseElector::Callbacks{
          .leads = [this](kubernetes::SteadyTime until) { set_leading(until); },
          .lost = [this] { set_leading(kubernetes::SteadyTime{}); }});
  log(Level::info, "waiting to lead", {{"lease", namespace_ + "/" + options_.lease_name}});
  run_beside(elector_->run());
}

void Operator::set_leading(kubernetes::SteadyTime until) {
  cluster_.allow_writes_until(until);
  const bool leads = until > steady_clock::now();
  if (leads != leads_) {
    leads_ = leads;
    changed_.cancel();
  }
}

// --- what is told --------------------------------------------------------------------------------

void Operator::reconciled(const reconcile::Reconciled& end) {
  reconcile_metrics_.add(end);
  if (end.error != nullptr) {
    failures_.add(end, clock_.now());
  } else if (base::is_logged(Level::debug)) {
    log(Level::debug, "reconciled",
        {{"object", cluster::to_string(end.key)},
         {"reconcile", end.id},
         {"milliseconds", milliseconds_of(end)}});
  }
}

/// Whether the server can be reached, knows us, and is new enough.
asio::awaitable<void> Operator::check_version() {
  while (!stopping_) {
    const auto answer = co_await cluster_.client().send({.target = "/version"}, 3s);
    const auto version = answer ? kubernetes::object_of("ask for its version", *answer)
                                : Result<Json>{std::unexpected{answer.error()}};
    const std::string problem = version ? too_old(*version) : version.error().message;
    if (!problem.empty() && problem != server_problem_ && !stopping_) {
      log(Level::error, "the API server cannot be used now", {{"reason", problem}});
    }
    server_problem_ = problem;
    if (problem.empty()) {
      log(Level::info, "the API server answers",
          {{"version", base::text_at(*version, {"gitVersion"})}});
      co_return;
    }
    co_await cluster_.client().pause(version ? 1min : 1s);
  }
}

asio::awaitable<void> Operator::follow_states() {
  auto certificate_due = steady_clock::now() + 1min;
  while (!stopping_) {
    log_states();
    failures_.summarize(clock_.now());
    if (!filled_ && can_work(last_states_)) {
      filled_ = true;
      changed_.cancel();
    }
    if (metrics_server_ && options_.metrics_secure && steady_clock::now() >= certificate_due) {
      certificate_due += 1min;
      const auto fresh = refresh_certificate();
      const std::string problem = fresh ? "" : fresh.error().message;
      if (!problem.empty() && problem != certificate_problem_) {
        log(Level::warning, "the certificate cannot be renewed; the last is kept",
            {{"error", problem}});
      }
      certificate_problem_ = problem;
    }
    co_await cluster_.client().pause(filled_ ? kSeldomWhenFilled : kOftenWhileFilling);
  }
}

/// Each change once; what has one reason is one line.
void Operator::log_states() {
  std::vector<KindState> states = cluster_.states();
  last_states_.resize(states.size());
  std::map<std::string, std::string> unreadable;  // reason -> kinds
  std::string absent;
  std::string readable;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const KindState& now = states[i];
    if (now.problem == last_states_[i].problem) {
      continue;
    }
    std::string& kinds = now.problem.empty() ? readable
                         : now.absent        ? absent
                                             : unreadable[now.problem];
    kinds += (kinds.empty() ? "" : ",") + now.kind;
  }
  for (const auto& [reason, kinds] : unreadable) {
    log(Level::warning, "cannot be read now", {{"kinds", kinds}, {"reason", reason}});
  }
  if (!absent.empty()) {
    log(Level::info, "not there, and not needed", {{"kinds", absent}});
  }
  if (!readable.empty()) {
    log(Level::info, "can be read again", {{"kinds", readable}});
  }
  last_states_ = std::move(states);
}

Health Operator::health() const {
  return {.kinds = cluster_.states(),
          .server_problem = server_problem_,
          .elects = options_.leader_election,
          .leads = leads_,
          .leader = elector_ ? elector_->holder() : "",
          .lease_problem = elector_ ? elector_->problem() : "",
          .lease_read = elector_ && elector_->read(),
          .admission = admission_ ? admission_->state() : AdmissionState{},
          .stopping = stopping_};
}

std::string Operator::metrics() {
  return metrics_text(
      {.reconciles = &reconcile_metrics_,
       .states = cluster_.states(),
       .requests = {&cluster_.client().counts(), elector_ ? &elector_->counts() : nullptr},
       .waiting = manager_ ? manager_->waiting() : 0,
       .running = manager_ ? manager_->running() : 0,
       .leads = leads_,
       .terms = elector_ ? elector_->terms() : 0,
       .reviews = admission_ ? &admission_->counts() : nullptr});
}

// --- servers -------------------------------------------------------------------------------------

Result<void> Operator::start_servers() {
  if (!is_off(options_.health_address)) {
    health_server_ = std::make_unique<base::HttpServer>(
        loop_.get_executor(), base::ServerOptions{.address = options_.health_address},
        [this](ServerRequest request) { return answer_health(std::move(request)); });
    if (const auto listening = health_server_->listen(); !listening) {
      return listening;
    }
  }
  if (!is_off(options_.metrics_address)) {
    metrics_server_ = std::make_unique<base::HttpServer>(
        loop_.get_executor(), base::ServerOptions{.address = options_.metrics_address},
        [this](ServerRequest request) { return answer_metrics(std::move(request)); });
    if (options_.metrics_secure) {
      if (const auto certificate = refresh_certificate(); !certificate) {
        return certificate;
      }
    }
    if (const auto listening = metrics_server_->listen(); !listening) {
      return listening;
    }
  }
  return {};
}

Result<void> Operator::refresh_certificate() {
  const auto pair = certificate_.refresh();
  if (!pair) {
    return std::unexpected(pair.error());
  }
  return *pair == nullptr ? Result<void>{} : metrics_server_->use_certificate(**pair);
}

asio::awaitable<ServerResponse> Operator::answer_health(ServerRequest request) {
  const bool verbose = request.query.starts_with("verbose");
  const bool live = request.path == "/healthz" || request.path == "/livez";
  if (!live && request.path != "/readyz") {
    co_return ServerResponse{.status = 404, .body = "/healthz, /readyz, each with ?verbose\n"};
  }
  if (live && !verbose) {
    co_return ServerResponse{.body = "ok\n"};
  }
  const Health now = health();
  co_return ServerResponse{.status = live || is_ready(now) ? 200 : 503,
                           .body = health_text(now, verbose)};
}

asio::awaitable<ServerResponse> Operator::answer_metrics(ServerRequest request) {
  if (request.path != "/metrics") {
    co_return ServerResponse{.status = 404, .body = "/metrics\n"};
  }
  if (options_.metrics_secure) {
    ServerResponse verdict = co_await guard_.check(request);
    if (verdict.status != 200) {
      co_return verdict;
    }
  }
  co_return ServerResponse{.content_type = std::string{base::MetricsText::kContentType},
                           .body = metrics()};
}

}  // namespace functionmesh::process
