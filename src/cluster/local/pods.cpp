#include "cluster/local/pods.hpp"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/metadata.hpp"
#include "cluster/local/jobs.hpp"
#include "cluster/local/pod_folder.hpp"
#include "cluster/local/stateful_sets.hpp"
#include "cluster/local/surroundings.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using cluster::Change;
using cluster::Object;

namespace {

/// A state folder whose name needs no quotes, under which the real one is found. Its parent is to
/// be removed at the end; empty when the folder's own name will do.
struct PlainFolder {
  fs::path path;
  fs::path to_remove;
};

PlainFolder plain(const fs::path& folder) {
  std::error_code error;
  const fs::path whole = fs::absolute(folder, error).lexically_normal();
  if (is_plain(whole.native())) {
    return {whole, {}};
  }
  std::string parent = "/tmp/functionmesh-XXXXXX";
  if (::mkdtemp(parent.data()) == nullptr) {
    return {whole, {}};
  }
  fs::create_directories(whole, error);
  fs::create_directory_symlink(whole, fs::path(parent) / "state", error);
  return {fs::path(parent) / "state", parent};
}

}  // namespace

struct Pods::State : std::enable_shared_from_this<Pods::State> {
  explicit State(std::shared_ptr<Surroundings> shared)
      : surroundings(std::move(shared)),
        sets(std::make_shared<StatefulSets>(surroundings)),
        jobs(std::make_shared<Jobs>(surroundings)) {}

  void for_each(const std::function<void(Instance&)>& visit) {
    sets->for_each(visit);
    jobs->for_each(visit);
  }

  void brokers_changed() {
    for_each([](Instance& instance) { instance.broker_changed(); });
  }

  /// A pod that is being deleted, by whomever, ends.
  void pod_changed(Change change, const Object& pod) {
    const bool deleted = change == Change::deleted || base::is_being_deleted(*pod);
    if (!deleted) {
      return;
    }
    const std::string_view uid = base::text_at(*pod, {"metadata", "uid"});
    for_each([&](Instance& instance) {
      if (instance.uid() == uid) {
        instance.stop();
      }
    });
  }

  bool has_processes() {
    bool any = false;
    for_each([&](Instance& instance) { any = any || instance.has_process(); });
    return any;
  }

  template <typename Method>
  void watch(const std::string& kind, Method method) {
    surroundings->cluster.watch(
        kind, [weak = weak_from_this(), method](Change change, const Object& object) {
          const auto state = weak.lock();
          if (state != nullptr && !state->stopping) {
            method(*state, change, object);
          }
        });
  }

  std::shared_ptr<Surroundings> surroundings;
  std::shared_ptr<StatefulSets> sets;
  std::shared_ptr<Jobs> jobs;
  fs::path to_remove;
  bool stopping = false;
};

Pods::Pods(cluster::Cluster& cluster, const base::Clock& clock, Fetcher& fetcher,
           PodsOptions options, asio::any_io_executor executor) {
  const PlainFolder folder = plain(options.state_folder);
  options.state_folder = folder.path;
  // The brokers tell a state that is made after them.
  const auto told = std::make_shared<std::weak_ptr<State>>();
  const auto brokers_changed = [told] {
    if (const auto state = told->lock()) {
      state->brokers_changed();
    }
  };
  std::shared_ptr<Surroundings> surroundings(new Surroundings{
      .executor = executor,
      .cluster = cluster,
      .clock = clock,
      .options = options,
      .brokers = Brokers(executor, brokers_changed),
      .packages = Packages(executor, fetcher, folder.path / "packages"),
      .files = FileStore(folder.path / "files"),
      .ports = {},
      .http = base::HttpClient(),
  });
  state_ = std::make_shared<State>(std::move(surroundings));
  state_->to_remove = folder.to_remove;
  *told = state_;
}

Pods::~Pods() = default;

void Pods::start() {
  state_->surroundings->files.clear();
  state_->sets->start();
  state_->watch("StatefulSet", [](State& state, Change change, const Object& object) {
    state.sets->changed(change, object);
  });
  state_->watch("Job", [](State& state, Change change, const Object& object) {
    state.jobs->changed(change, object);
  });
  state_->watch("Pod", [](State& state, Change change, const Object& object) {
    state.pod_changed(change, object);
  });
  for (const char* kind : {"ConfigMap", "Secret"}) {
    state_->watch(kind, [](State& state, Change, const Object& object) {
      state.sets->config_changed(object);
    });
  }
}

asio::awaitable<void> Pods::stop() {
  const auto state = state_;
  state->stopping = true;
  state->sets->stop();
  state->jobs->stop();
  asio::steady_timer pause(state->surroundings->executor);
  while (state->has_processes()) {
    pause.expires_after(std::chrono::milliseconds{10});
    co_await pause.async_wait(asio::use_awaitable);
  }
  std::error_code ignored;
  if (!state->to_remove.empty()) {
    fs::remove_all(state->to_remove, ignored);
  }
}

}  // namespace functionmesh::local
