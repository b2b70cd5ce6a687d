#include "dev/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>

#include "base/clock.hpp"
#include "cluster/local/memory_cluster.hpp"
#include "cluster/local/pods.hpp"
#include "dev/control.hpp"
#include "dev/folders.hpp"
#include "dev/pulsar_clusters.hpp"
#include "dev/report.hpp"
#include "dev/requests.hpp"
#include "dev/source_files.hpp"
#include "dev/traffic.hpp"
#include "pulsar/package_fetcher.hpp"
#include "reconcile/manager.hpp"
#include "view/human.hpp"

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Json;
using cluster::Key;
using cluster::Object;

constexpr auto kFilesEvery = 500ms;
constexpr auto kPulsarEvery = 10s;
constexpr auto kShownEvery = 500ms;
constexpr auto kMetricsEvery = 2s;
constexpr auto kBacklogEvery = 4s;

/// What resources refer to is applied before them.
enum class Order { settings, resources };

Order order_of(const Json& object) {
  const std::string_view kind = base::text_at(object, {"kind"});
  return kind == "ConfigMap" || kind == "Secret" || kind == "BackendConfig" ? Order::settings
                                                                            : Order::resources;
}

class Session {
 public:
  Session(const SessionOptions& options, asio::io_context& loop)
      : options_(options),
        loop_(loop),
        signals_(loop, SIGINT, SIGTERM, SIGHUP),
        stop_timer_(loop),
        files_(options.files),
        report_(options.table, options.colour, clock_, options.state_folder / "dev.log"),
        cluster_(loop.get_executor(), clock_),
        manager_(cluster_, clock_, render::Settings{}, loop.get_executor()),
        pods_(cluster_, clock_, fetcher_,
              {.state_folder = options.state_folder,
               .runner_home = options.runner_home,
               .python = python_of(options.runner_home),
               .search_folders = files_.folders()},
              loop.get_executor()),
        clusters_(cluster_,
                  {.broker = options.broker,
                   .web = options.web,
                   .runner_home = options.runner_home,
                   .folder = options.state_folder / "pulsar"},
                  loop.get_executor(), [this](const std::string& line) { report_.say(line); }),
        traffic_(cluster_, clock_),
        requests_(cluster_, [this](const std::vector<Json>& objects) { return supply(objects); }),
        control_(loop.get_executor(),
                 [this](Json request) { return requests_.answer(std::move(request)); }) {}

  asio::awaitable<int> run() {
    watch_signals();
    if (const auto listening = control_.listen(options_.state_folder); !listening) {
      report_.end();
      std::cerr << "error: " << listening.error().message << "\n";
      co_return 1;
    }
    cluster_.watch_events([this](const Key& about, const local::RecordedEvent& event) {
      if (event.type == "Warning" && event.count == 1) {
        report_.say(cluster::to_string(about) + "  " + event.reason + ": " + event.message);
      }
    });

    FileChanges first = files_.poll();
    for (const std::string& error : first.errors) {
      report_.say(error);
    }
    if (first.apply.empty()) {
      report_.end();
      std::cerr << "error: nothing to run: no file holds a resource that could be read\n";
      for (const std::string& error : first.errors) {
        std::cerr << "  " << error << "\n";
      }
      co_return 1;
    }
    manager_.start();
    pods_.start();
    co_await apply(std::move(first));
    started_ = true;
    for (const auto follow : {&Session::follow_files, &Session::follow_pulsar,
                              &Session::follow_metrics, &Session::follow_backlog, &Session::show}) {
      asio::co_spawn(loop_, (this->*follow)(), asio::detached);
    }
    co_await until_stopped();
    co_return co_await end();
  }

 private:
  /// The first signal ends the session in order, the second one at once: what runs ends with us.
  void watch_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) {
        return;
      }
      stop();
      signals_.async_wait([](const boost::system::error_code& again, int signal) {
        if (!again) {
          std::_Exit(128 + signal);
        }
      });
    });
  }

  void stop() {
    stopping_ = true;
    stop_timer_.cancel();
    if (!started_) {  // it waits for Pulsar to start: no longer
      asio::co_spawn(loop_, clusters_.stop(), asio::detached);
    }
  }

  asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer{loop_, time};
    co_await timer.async_wait(asio::use_awaitable);
  }

  asio::awaitable<void> until_stopped() {
    if (stopping_) {
      co_return;
    }
    stop_timer_.expires_after(options_.seconds > 0 ? std::chrono::seconds{options_.seconds}
                                                   : std::chrono::hours{24 * 365});
    boost::system::error_code cancelled;
    co_await stop_timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    time_is_up_ = !stopping_;
    stopping_ = true;
  }

  asio::awaitable<void> supply(const std::vector<Json>& objects) {
    const auto supplied = co_await clusters_.supply(objects);
    if (!supplied && !stopping_) {
      report_.say(supplied.error().message);
    }
    unsupplied_ = supplied ? std::vector<Json>{} : objects;
    report_.set_detail(clusters_.broker());
  }

  /// A Pulsar that did not start may do so later: a port is free again, a disk has room.
  asio::awaitable<void> follow_pulsar() {
    while (!stopping_) {
      co_await pause(kPulsarEvery);
      if (!stopping_ && !unsupplied_.empty()) {
        co_await supply(std::vector<Json>{unsupplied_});
      }
    }
  }

  asio::awaitable<void> apply(FileChanges changes) {
    co_await supply(changes.apply);
    for (const Order order : {Order::settings, Order::resources}) {
      for (const Json& object : changes.apply) {
        if (order_of(object) != order) {
          continue;
        }
        if (const auto applied = co_await cluster_.apply_as("user", object); !applied) {
          report_.say(cluster::to_string(cluster::key_of(object)) + ": " + applied.error().message);
        }
      }
    }
    for (const Key& key : changes.remove) {
      if (co_await cluster_.remove(key)) {
        report_.say(cluster::to_string(key) + " is in no file any more: deleted");
      }
    }
  }

  asio::awaitable<void> follow_files() {
    while (!stopping_) {
      co_await pause(kFilesEvery);
      FileChanges changes = files_.poll();
      for (const std::string& error : changes.errors) {
        report_.say(error);
      }
      if (!stopping_ && (!changes.apply.empty() || !changes.remove.empty())) {
        co_await apply(std::move(changes));
      }
    }
  }

  asio::awaitable<void> follow_metrics() {
    while (!stopping_) {
      co_await traffic_.sample();
      co_await pause(kMetricsEvery);
    }
  }

  asio::awaitable<void> follow_backlog() {
    while (!stopping_) {
      co_await traffic_.sample_backlog();
      co_await pause(kBacklogEvery);
    }
  }

  asio::awaitable<void> show() {
    while (!stopping_) {
      report_.show(co_await rows());
      co_await pause(kShownEvery);
    }
  }

  asio::awaitable<std::vector<view::Row>> rows() {
    std::vector<view::Row> all;
    for (const char* kind : {"Source", "Function", "Sink"}) {
      const auto components =
          co_await cluster_.list({.kind = kind, .namespace_ = "", .labels = {}});
      for (const Object& component : components ? *components : std::vector<Object>{}) {
        all.push_back(co_await row_of(*component));
      }
    }
    co_return all;
  }

  asio::awaitable<view::Row> row_of(const Json& component) {
    const Key key = cluster::key_of(component);
    const auto objects =
        co_await cluster_.list({.kind = "Pod",
                                .namespace_ = key.namespace_,
                                .labels = {{"compute.functionmesh.io/name", key.name}}});
    std::vector<Json> pods;
    for (const Object& pod : objects ? *objects : std::vector<Object>{}) {
      pods.push_back(*pod);
    }
    view::Row row = view::row_of(component, pods, clock_.now());
    const Flow flow = traffic_.of(key);
    row.rate_in = flow.rate_in;
    row.rate_out = flow.rate_out;
    row.errors = flow.errors;
    row.backlog = flow.backlog;
    co_return row;
  }

  asio::awaitable<int> end() {
    const std::vector<view::Row> last = co_await rows();
    report_.say("ending: instances stop");
    co_await manager_.stop();
    co_await pods_.stop();
    co_await clusters_.stop();
    report_.end();
    co_return co_await summary(last);
  }

  /// What ran and what went through it, after the terminal is ours again.
  asio::awaitable<int> summary(const std::vector<view::Row>& rows) {
    bool all_ready = true;
    for (const view::Row& row : rows) {
      const Flow flow = traffic_.of({row.kind, row.namespace_, row.name});
      const bool ready = row.state == "Ready" || row.state == "Stopped";
      all_ready = all_ready && ready;
      std::string line = "  " + view::id_of(row) + "  " + std::to_string(flow.received) +
                         " messages in, " + std::to_string(flow.sent) + " out";
      if (flow.errors > 0) {
        line += ", " + std::to_string(flow.errors) + " errors";
      }
      if (row.restarts > 0) {
        line += ", " + std::to_string(row.restarts) + " restarts";
      }
      if (!ready) {
        line += "; was " + row.state + (row.reason.empty() ? "" : ": " + row.reason);
      }
      std::cout << line << "\n";
    }
    std::cout << "everything has stopped; data and logs stay in " << options_.state_folder.string()
              << std::endl;
    co_return time_is_up_ && !all_ready ? 1 : 0;
  }

  const SessionOptions& options_;
  asio::io_context& loop_;
  asio::signal_set signals_;
  asio::steady_timer stop_timer_;
  std::vector<Json> unsupplied_;  ///< what waits for a Pulsar that did not start
  bool started_ = false;
  bool stopping_ = false;
  bool time_is_up_ = false;
  base::SystemClock clock_;
  SourceFiles files_;
  Report report_;
  local::MemoryCluster cluster_;
  reconcile::Manager manager_;
  pulsar::PackageFetcher fetcher_;
  local::Pods pods_;
  PulsarClusters clusters_;
  Traffic traffic_;
  Requests requests_;
  ControlServer control_;
};

}  // namespace

int run_session(const SessionOptions& options) {
  const auto lock = FolderLock::take(options.state_folder);
  if (!lock) {
    std::cerr << "error: " << lock.error().message << "\n";
    return 1;
  }
  asio::io_context loop{1};
  Session session{options, loop};
  int code = 1;
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        code = co_await session.run();
        loop.stop();
      },
      asio::detached);
  loop.run();
  return code;
}

}  // namespace functionmesh::dev
