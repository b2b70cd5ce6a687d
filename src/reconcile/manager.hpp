#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <unordered_map>

#include "reconcile/component_controller.hpp"
#include "reconcile/mesh_controller.hpp"
#include "reconcile/work_queue.hpp"

namespace functionmesh::reconcile {

namespace asio = boost::asio;

/// How one reconcile went.
struct Reconciled {
  Key key;
  std::uint64_t id = 0;  ///< counts the reconciles of this program
  std::chrono::microseconds duration{};
  const base::Error* error = nullptr;  ///< why it will be tried again, if it failed
};

struct ManagerOptions {
  std::size_t at_once = kReconcilesAtOnce;
  bool meshes = true;  ///< false: FunctionMesh resources are left alone
  std::function<void(const Reconciled&)> observer{};  ///< told of each reconcile when it has ended
};

/// Runs the controllers of Function, Source, Sink and FunctionMesh on one event loop.
///
/// Watches what they depend on, and reconciles what a change touches: several resources at a time,
/// never one twice at once, failed ones again with growing pauses. Time is the Clock's; a timer of
/// the loop wakes the manager up when something falls due.
///
/// The loop's thread only. stop() has to be complete before the Manager or the Cluster goes.
class Manager {
 public:
  Manager(cluster::Cluster& cluster, const base::Clock& clock, Policy policy,
          asio::any_io_executor executor, ManagerOptions options = {});
  Manager(cluster::Cluster& cluster, const base::Clock& clock, render::Settings settings,
          asio::any_io_executor executor)
      : Manager{cluster, clock, Policy{std::move(settings)}, std::move(executor)} {}
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// Registers the watches; from now on everything there is gets reconciled. Call it once.
  void start();

  /// Begins no other reconcile and waits for those that run.
  asio::awaitable<void> stop();

  /// Begins what is due by the Clock: for tests whose clock was moved. The manager calls it itself
  /// on each change and when its timer ends.
  void run_due();

  /// When something is due next, if nothing changes before; in the past when it is due already.
  std::optional<TimePoint> next_due() const { return queue_.next(); }

  /// How many reconciles are under way.
  std::size_t running() const { return queue_.running(); }

  /// How many resources wait for their time to be reconciled.
  std::size_t waiting() const { return queue_.waiting(); }

  /// How many reconciles ended, and how many of them failed.
  std::int64_t reconciles() const { return reconciles_; }
  std::int64_t failures() const { return failures_; }

 private:
  void watch(std::string kind, void (Manager::*handler)(cluster::Change, const cluster::Object&));
  void on_resource(cluster::Change change, const cluster::Object& object);
  void on_owned(cluster::Change change, const cluster::Object& object);
  void on_pod(cluster::Change change, const cluster::Object& object);
  void on_backend_config(cluster::Change change, const cluster::Object& object);
  void enqueue(const Key& key, Urgency urgency, std::chrono::milliseconds delay = {});
  asio::awaitable<void> reconcile(WorkQueue::Taken taken);
  asio::awaitable<Result<Again>> dispatch(WorkQueue::Taken taken);
  void report_bug(const Key& key, std::string_view what);
  void arm_timer();

  cluster::Cluster& cluster_;
  const base::Clock& clock_;
  const Policy policy_;
  const ManagerOptions options_;
  asio::any_io_executor executor_;
  ComponentController components_;
  MeshController meshes_;
  WorkQueue queue_;
  std::unordered_map<std::string, std::string> seen_;  ///< resource -> what matters of it
  std::set<Key> component_keys_;
  asio::steady_timer timer_;
  std::optional<TimePoint> armed_for_;  ///< when the timer ends
  asio::steady_timer stopped_;          ///< never ends; cancelled when the last reconcile ends
  bool starting_ = false;
  bool stopping_ = false;
  std::int64_t reconciles_ = 0;
  std::int64_t failures_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< ends with the manager
};

}  // namespace functionmesh::reconcile
