#include "cluster/local/instance.hpp"

#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace functionmesh::local {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Json;
using base::JsonObject;

namespace {

constexpr auto result = asio::as_tuple(asio::use_awaitable);

/// How often something is looked for that a pod cannot start without.
constexpr auto missing_pause = 2s;

/// How often an instance is asked whether it answers: until it does, and from then on.
constexpr auto first_probes = 200ms;
constexpr auto later_probes = 5s;

/// So many failed probes in a row make an instance that answered unready, as with a kubelet.
constexpr int probes_to_fail = 3;

/// Below its workload's namespace, so that two of the same name do not meet.
std::filesystem::path root_of(const Surroundings& surroundings, const Json& pod) {
  const auto key = cluster::key_of(pod);
  return surroundings.options.state_folder / "pods" / key.namespace_ / key.name;
}

std::string_view image_of(const Workload& workload) {
  const Json* container = workload.container();
  return container != nullptr ? base::text_at(*container, {"image"}) : "";
}

/// A pod that says nothing has 10 s here, not the 30 s of a cluster: somebody waits at a terminal.
std::chrono::seconds grace_of(const Workload& workload) {
  const auto wanted =
      base::number_at(workload.pod_template(), {"spec", "terminationGracePeriodSeconds"}, 10);
  return std::clamp(std::chrono::seconds{wanted}, 0s, longest_grace);
}

}  // namespace

Instance::Instance(std::shared_ptr<Surroundings> surroundings,
                   std::shared_ptr<const Workload> workload, Json pod, Purpose purpose,
                   std::function<void()> on_change)
    : surroundings_(std::move(surroundings)),
      workload_(std::move(workload)),
      pod_(std::move(pod)),
      purpose_(purpose),
      on_change_(std::move(on_change)),
      folder_(root_of(*surroundings_, pod_), surroundings_->options.runner_home),
      log_(folder_.log_file()),
      wake_(surroundings_->executor),
      publish_(surroundings_->executor),
      grace_(surroundings_->executor),
      probe_pause_(surroundings_->executor) {
  state_.created = surroundings_->clock.now();
  state_.update_ready(state_.created);
}

void Instance::start() {
  asio::co_spawn(surroundings_->executor, live(), asio::detached);
}

void Instance::stop() {
  if (stopping_) {
    return;
  }
  stopping_ = true;
  state_.terminating = true;
  changed();
  wake_.notify();
  if (process_ != nullptr) {
    asio::co_spawn(surroundings_->executor, end_process(), asio::detached);
  }
  if (over_) {
    asio::co_spawn(surroundings_->executor, remove_object(), asio::detached);
  }
}

void Instance::wake() {
  if (process_ == nullptr) {
    pause_ = first_pause;
    wake_.notify();
  }
}

void Instance::broker_changed() {
  if (broker_ == nullptr || broker_->state() == Broker::State::unknown) {
    return;
  }
  const bool answers = broker_->state() == Broker::State::reachable;
  if (!state_.broker) {
    state_.broker.emplace();
  }
  if (state_.broker->set(answers, answers ? "" : "BrokerUnreachable", broker_->problem(),
                         surroundings_->clock.now())) {
    if (!answers) {
      tell("Warning", "BrokerUnreachable", broker_->problem());
    }
    changed();
    wake();
  }
}

asio::awaitable<void> Instance::live() {
  const auto self = shared_from_this();
  co_await create_object();
  asio::co_spawn(surroundings_->executor, publish_changes(), asio::detached);
  bool again = true;
  while (!stopping_ && again) {
    auto start = co_await prepare();
    if (!start) {
      co_await wake_.wait_for(missing_pause);
    } else if (!stopping_) {
      again = co_await run_process(std::move(*start));
    }
  }
  give_ports_back();
  if (stopping_) {
    co_await remove_object();
  }
  over_ = true;
  publish_.notify();
  on_change_();
}

asio::awaitable<void> Instance::create_object() {
  while (!stopping_) {
    const auto created = co_await surroundings_->cluster.apply(pod_);
    if (created) {
      uid_ = base::text_at(**created, {"metadata", "uid"});
      pod_ = **created;
      co_return;
    }
    co_await wake_.wait_for(1s);
  }
}

asio::awaitable<void> Instance::remove_object() {
  const auto self = shared_from_this();
  const Json no_finalizers = JsonObject{{"metadata", JsonObject{{"finalizers", nullptr}}}};
  co_await surroundings_->cluster.patch(key(), no_finalizers);
  co_await surroundings_->cluster.remove(key(), uid_);  // mostly gone by now
}

asio::awaitable<std::optional<StartUp>> Instance::prepare() {
  wake_.forget();  // whatever was announced is looked at now
  choose_ports();
  const std::string inputs = workload_->inputs();
  auto start = co_await start_up(*surroundings_, *workload_, pod_, folder_, ports_);
  if (!start) {
    wait_because(start.error());
    co_return std::nullopt;
  }
  if (purpose_.serves && !start->broker_url.empty()) {
    if (broker_ == nullptr || broker_->url() != start->broker_url) {
      broker_ = surroundings_->brokers.watch(start->broker_url);
      broker_changed();
    }
    while (broker_->state() == Broker::State::unknown && !stopping_) {
      co_await wake_.wait_for(missing_pause);  // known in a moment, which wakes this up
    }
    if (broker_->state() == Broker::State::unreachable) {
      wait_because({"BrokerUnreachable", broker_->problem()});
      co_return std::nullopt;
    }
  }
  inputs_ = inputs;
  co_return std::move(*start);
}

/// From start to end of one process, and the pause after it. False when there is to be no other.
asio::awaitable<bool> Instance::run_process(StartUp start) {
  tail_.clear();
  starting_ = true;
  const auto began = surroundings_->clock.now();
  auto process = co_await Process::start(surroundings_->executor, std::move(start.command),
                                         [self = weak_from_this()](std::string_view text) {
                                           if (const auto instance = self.lock()) {
                                             instance->keep_output(text);
                                           }
                                         });
  starting_ = false;
  if (process) {
    process_ = std::move(*process);
    wake_.forget();
    state_.waiting.reset();
    state_.running_since = began;
    state_.answers = !purpose_.serves;
    changed();
    tell("Normal", "Started", "process " + std::to_string(process_->id()) + " started");
    ++process_number_;
    if (purpose_.serves) {
      asio::co_spawn(surroundings_->executor, probe(process_number_), asio::detached);
    }
    if (stopping_) {
      asio::co_spawn(surroundings_->executor, end_process(), asio::detached);
    }
    const Ending ending = co_await process_->ended();
    ++process_number_;
    probe_pause_.cancel();
    grace_.cancel();
    process_.reset();
    Terminated end{ending.code, ending.signal, ending.code == 0 ? "Completed" : "Error",
                   {},          began,         surroundings_->clock.now()};
    if (ending.signal != SIGKILL && ending.signal != SIGTERM) {
      end.message = error_line(tail_.text());
    }
    ended(std::move(end));
  } else {
    ended({128, 0, "StartError", process.error().message, began, surroundings_->clock.now()});
  }
  inputs_.clear();
  if (stopping_ || state_.finished) {
    state_.running_since.reset();
    changed();
    co_return false;
  }
  if (surroundings_->clock.now() - began >= longest_pause) {
    pause_ = first_pause;
  }
  wait_because({"CrashLoopBackOff", back_off_message(*state_.last, pause_)});
  const auto pause = pause_;
  pause_ = std::min(2 * pause_, longest_pause);
  co_await wake_.wait_for(pause);
  co_return true;
}

/// Keeps how it ended; decides whether that was the last time.
void Instance::ended(Terminated end) {
  state_.answers = false;
  state_.running_since.reset();
  const bool completed = !purpose_.serves && end.code == 0;
  const bool given_up = !purpose_.serves && state_.restarts >= purpose_.most_restarts;
  if (!stopping_ && (completed || given_up)) {
    state_.finished = std::move(end);
    return;
  }
  if (!stopping_) {
    ++state_.restarts;
  }
  state_.last = std::move(end);
}

asio::awaitable<void> Instance::end_process() {
  const auto self = shared_from_this();
  if (process_ == nullptr) {
    co_return;
  }
  tell("Normal", "Killing", "process " + std::to_string(process_->id()) + " is asked to end");
  process_->terminate();
  grace_.expires_after(grace_of(*workload_));
  const auto [interrupted] = co_await grace_.async_wait(result);
  if (!interrupted && process_ != nullptr) {
    tell("Warning", "Killing", "it did not end within its grace period and is killed");
    process_->kill();
  }
}

asio::awaitable<void> Instance::probe(int number) {
  const auto self = shared_from_this();
  int failures = 0;
  // The Java instance answers here without collecting its metrics, which would cost it much of the
  // time in which it is to get ready; others answer everything.
  const std::string url = "http://127.0.0.1:" + std::to_string(ports_.metrics) + "/-/healthy";
  while (true) {
    probe_pause_.expires_after(state_.answers ? Pause{later_probes} : Pause{first_probes});
    co_await probe_pause_.async_wait(result);
    if (number != process_number_) {
      co_return;
    }
    base::HttpRequest request;
    request.url = url;
    const auto answer = co_await surroundings_->http.send(std::move(request), 2s);
    if (number != process_number_) {
      co_return;
    }
    const bool answers = answer.has_value();  // whatever it says: it is there
    failures = answers ? 0 : failures + 1;
    if (answers != state_.answers && (answers || failures >= probes_to_fail)) {
      state_.answers = answers;
      changed();
    }
  }
}

void Instance::choose_ports() {
  if (!purpose_.serves) {
    return;
  }
  const std::string name = cluster::to_string(key());
  const auto keep_or_take = [&](int& port, const std::string& use) {
    if (port != 0 && Ports::is_free(port)) {
      return;
    }
    if (port != 0) {
      surroundings_->ports.give_back(port);
    }
    port = surroundings_->ports.take(name + use).value_or(0);
  };
  keep_or_take(ports_.grpc, " grpc");
  keep_or_take(ports_.metrics, " metrics");
}

void Instance::give_ports_back() {
  surroundings_->ports.give_back(ports_.grpc);
  surroundings_->ports.give_back(ports_.metrics);
}

void Instance::wait_because(Waiting waiting) {
  if (state_.waiting == waiting) {
    return;
  }
  const bool failure = waiting.reason != "BrokerUnreachable";  // told by its condition
  if (failure) {
    tell("Warning", waiting.reason == "CrashLoopBackOff" ? "BackOff" : waiting.reason,
         waiting.message);
  }
  state_.running_since.reset();
  state_.waiting = std::move(waiting);
  changed();
}

void Instance::keep_output(std::string_view text) {
  tail_.add(text);
  log_.write(text);
  const bool kept = log_.problem().empty();
  if (kept && !state_.output) {
    return;
  }
  if (!state_.output) {
    state_.output.emplace();
  }
  const std::string problem = kept ? "" : "output is dropped: " + log_.problem();
  if (state_.output->set(kept, kept ? "" : "OutputDropped", problem, surroundings_->clock.now())) {
    if (!kept) {
      tell("Warning", "OutputDropped", problem);
    }
    changed();
  }
}

void Instance::changed() {
  const bool was_ready = state_.ready.holds;
  state_.update_ready(surroundings_->clock.now());
  publish_.notify();
  if (state_.ready.holds != was_ready) {
    on_change_();
  }
}

void Instance::tell(std::string type, std::string reason, std::string message) {
  surroundings_->cluster.record({key(), std::move(type), std::move(reason), std::move(message)});
}

JsonObject Instance::annotations() const {
  JsonObject all{{"functionmesh.io/log-file", log_.path().string()}};
  if (purpose_.serves) {
    all["functionmesh.io/grpc-port"] = std::to_string(ports_.grpc);
    all["functionmesh.io/metrics-port"] = std::to_string(ports_.metrics);
  }
  all["functionmesh.io/pid"] = nullptr;
  if (process_ != nullptr) {
    all["functionmesh.io/pid"] = std::to_string(process_->id());
  }
  return all;
}

asio::awaitable<void> Instance::publish_changes() {
  const auto self = shared_from_this();
  asio::steady_timer pause(surroundings_->executor);
  publish_.notify();
  while (!(over_ && stopping_)) {
    const bool last = over_;
    co_await publish_.wait();
    if (over_ && stopping_) {
      co_return;  // the object is gone, or another of its name
    }
    if (!co_await publish()) {
      // Somebody else wrote in between; what is true now is written again.
      pause.expires_after(10ms);
      co_await pause.async_wait(result);
      publish_.notify();
    } else if (last) {
      co_return;
    }
  }
}

asio::awaitable<bool> Instance::publish() {
  const Json patch = JsonObject{{"metadata", JsonObject{{"annotations", annotations()}}}};
  const auto patched = co_await surroundings_->cluster.patch(key(), patch);
  if (!patched) {
    co_return patched.error().code == base::Error::Code::not_found;
  }
  const Json status =
      pod_status(state_, workload_->container_name(), std::string{image_of(*workload_)});
  const Json* before = base::find(**patched, {"status"});
  if (before != nullptr && base::equal(*before, status)) {
    co_return true;
  }
  const auto written = co_await surroundings_->cluster.write_status(
      key(), status, std::string{base::text_at(**patched, {"metadata", "resourceVersion"})});
  co_return written || written.error().code == base::Error::Code::not_found;
}

}  // namespace functionmesh::local
