#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cluster/local/error_line.hpp"
#include "cluster/local/log_file.hpp"
#include "cluster/local/pod_folder.hpp"
#include "cluster/local/process.hpp"
#include "cluster/local/start_up.hpp"
#include "cluster/local/status.hpp"
#include "cluster/local/surroundings.hpp"
#include "cluster/local/wakeup.hpp"
#include "cluster/local/workload.hpp"

namespace functionmesh::local {

/// Pauses between the starts of a process that keeps ending: doubling from the first to the
/// longest, from the first again after it was up for as long as the longest.
inline constexpr std::chrono::seconds first_pause{1};
inline constexpr std::chrono::seconds longest_pause{60};

/// How long a process has at most between SIGTERM and SIGKILL, whatever its pod asks for.
inline constexpr std::chrono::seconds longest_grace{30};

/// Keeps a deleted Pod object until its process has ended.
inline constexpr std::string_view pod_finalizer = "functionmesh.io/process";

/// What a pod is for.
struct Purpose {
  bool serves = true;     ///< runs for ever, and is ready when it answers on its metrics port
  int most_restarts = 0;  ///< of one that runs to completion: failures beyond it are final
};

/// One pod: its object in the cluster and its process on this machine, from creation to the end.
///
/// Lives as long as its coroutines; stop() ends them. `on_change` is called when something that a
/// controller decides by has changed: readiness, the end.
class Instance : public std::enable_shared_from_this<Instance> {
 public:
  /// `pod` is the object to be created; it has a name, a namespace and the workload's template.
  Instance(std::shared_ptr<Surroundings> surroundings, std::shared_ptr<const Workload> workload,
           base::Json pod, Purpose purpose, std::function<void()> on_change);

  void start();

  /// Ends the process and then the object: SIGTERM, SIGKILL after the grace period.
  void stop();

  /// Cuts a pause short: what it waits for may be there.
  void wake();

  /// Takes over whether its broker answers.
  void broker_changed();

  cluster::Key key() const { return cluster::key_of(pod_); }
  const std::string& uid() const { return uid_; }
  const PodState& state() const { return state_; }
  bool is_ready() const { return state_.ready.holds; }
  bool is_stopping() const { return stopping_; }
  bool is_over() const { return over_; }
  bool has_process() const { return process_ != nullptr || starting_; }

  /// The workload's inputs that the process was started with; empty while it has none.
  const std::string& inputs() const { return inputs_; }

 private:
  using Pause = std::chrono::milliseconds;

  boost::asio::awaitable<void> live();
  boost::asio::awaitable<void> create_object();
  boost::asio::awaitable<void> remove_object();
  boost::asio::awaitable<std::optional<StartUp>> prepare();
  boost::asio::awaitable<bool> run_process(StartUp start);
  boost::asio::awaitable<void> probe(int number);
  boost::asio::awaitable<void> publish_changes();
  boost::asio::awaitable<bool> publish();
  boost::asio::awaitable<void> end_process();

  void choose_ports();
  void give_ports_back();
  void wait_because(Waiting waiting);
  void ended(Terminated end);
  void keep_output(std::string_view text);
  void changed();
  void tell(std::string type, std::string reason, std::string message);
  base::JsonObject annotations() const;

  std::shared_ptr<Surroundings> surroundings_;
  std::shared_ptr<const Workload> workload_;
  base::Json pod_;
  Purpose purpose_;
  std::function<void()> on_change_;

  PodFolder folder_;
  LogFile log_;
  Tail tail_;
  PodState state_;
  InstancePorts ports_;
  std::shared_ptr<const Broker> broker_;
  std::unique_ptr<Process> process_;
  std::string uid_;
  std::string inputs_;
  std::chrono::seconds pause_ = first_pause;
  int process_number_ = 0;
  bool starting_ = false;
  bool stopping_ = false;
  bool over_ = false;

  Wakeup wake_;
  Wakeup publish_;
  boost::asio::steady_timer grace_;
  boost::asio::steady_timer probe_pause_;
};

}  // namespace functionmesh::local
