#include "cluster/local/jobs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <limits>
#include <ranges>

#include "base/metadata.hpp"
#include "cluster/local/pod_object.hpp"
#include "cluster/local/text_hash.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
using base::Json;
using base::JsonArray;
using base::JsonObject;
using base::number_at;
using base::uid_of;
using cluster::Change;

namespace {

/// What Kubernetes takes when a Job does not say.
constexpr std::int64_t default_back_off_limit = 6;

bool is_finished(const Json& job) {
  const Json* conditions = base::find(job, {"status", "conditions"});
  return conditions != nullptr && conditions->is_array() && !conditions->get_array().empty();
}

bool is_suspended(const Json& job) {
  const Json* flag = base::find(job, {"spec", "suspend"});
  return flag != nullptr && flag->is_bool() && flag->get_bool();
}

}  // namespace

struct Jobs::Run {
  Run(const asio::any_io_executor& executor, const cluster::Object& job)
      : workload(std::make_shared<Workload>(job)), changed(executor) {}

  std::shared_ptr<Workload> workload;
  std::shared_ptr<Instance> instance;
  Wakeup changed;
  base::TimePoint started;
  bool too_late = false;
  bool gone = false;
};

Jobs::Jobs(std::shared_ptr<Surroundings> surroundings) : surroundings_(std::move(surroundings)) {}

void Jobs::stop() {
  stopping_ = true;
  for (const auto& run : runs_ | std::views::values) {
    run->changed.notify();
  }
  for_each([](Instance& instance) { instance.stop(); });
}

void Jobs::changed(Change change, const cluster::Object& job) {
  const std::string uid = uid_of(*job);
  const auto found = runs_.find(uid);
  const bool gone = change == Change::deleted || base::is_being_deleted(*job);
  if (found != runs_.end()) {
    found->second->gone = gone;
    found->second->changed.notify();
    return;
  }
  if (!gone && !is_finished(*job) && !is_suspended(*job)) {
    auto run = std::make_shared<Run>(surroundings_->executor, job);
    runs_[uid] = run;
    asio::co_spawn(surroundings_->executor, follow(std::move(run)), asio::detached);
  }
}

void Jobs::for_each(const std::function<void(Instance&)>& visit) {
  for (const auto& run : runs_ | std::views::values) {
    if (run->instance != nullptr) {
      visit(*run->instance);
    }
  }
}

asio::awaitable<void> Jobs::follow(std::shared_ptr<Run> run) {
  const auto self = shared_from_this();
  const Json& job = run->workload->object();
  const std::string uid = uid_of(job);
  co_await run->workload->refresh(*surroundings_);
  const auto limit = std::clamp<std::int64_t>(
      number_at(job, {"spec", "backoffLimit"}, default_back_off_limit), 0, 1000);
  run->started = surroundings_->clock.now();
  const std::string name = run->workload->key().name + "-" + hex(text_hash(uid), 5);
  run->instance =
      std::make_shared<Instance>(surroundings_, run->workload, pod_object(*run->workload, name),
                                 Purpose{.serves = false, .most_restarts = static_cast<int>(limit)},
                                 [weak = std::weak_ptr(run)] {
                                   if (const auto alive = weak.lock()) {
                                     alive->changed.notify();
                                   }
                                 });
  if (!stopping_) {
    run->instance->start();
    co_await write_status(*run);
    co_await wait_for_end(*run);
  }
  if (!run->gone && !stopping_) {
    co_await write_status(*run);
    co_await remove_later(*run);
  }
  while (!run->gone && !stopping_) {
    co_await run->changed.wait();
  }
  run->instance->stop();  // its Pod goes with the Job
  while (!run->instance->is_over() && !stopping_) {
    co_await run->changed.wait_for(std::chrono::seconds{1});
  }
  runs_.erase(uid);
}

/// Until the pod has ended for good, be it that the Job's time is over or the Job is deleted.
asio::awaitable<void> Jobs::wait_for_end(Run& run) {
  const auto seconds = number_at(run.workload->object(), {"spec", "activeDeadlineSeconds"},
                                 std::numeric_limits<std::int32_t>::max());
  const auto deadline = run.started + std::chrono::seconds{seconds};
  while (!run.instance->is_over() && !run.gone && !stopping_) {
    const auto left = deadline - surroundings_->clock.now();
    if (left <= std::chrono::milliseconds{0}) {
      run.too_late = true;
      run.instance->stop();
      co_await run.changed.wait_for(std::chrono::seconds{1});
    } else {
      // The inputs that it could not start without may have come.
      co_await run.changed.wait_for(std::min<std::chrono::milliseconds>(
          left, run.instance->has_process() ? std::chrono::hours{1} : std::chrono::seconds{2}));
      co_await run.workload->refresh(*surroundings_);
    }
  }
}

asio::awaitable<void> Jobs::write_status(const Run& run) {
  const auto& finished = run.instance->state().finished;
  const bool complete = finished && finished->code == 0;
  const bool failed = run.too_late || (finished && finished->code != 0);
  JsonObject status{{"startTime", base::rfc3339(run.started)},
                    {"active", complete || failed ? 0 : 1},
                    {"succeeded", complete ? 1 : 0},
                    {"failed", run.instance->state().restarts + (failed ? 1 : 0)}};
  if (complete || failed) {
    const std::string now = base::rfc3339(surroundings_->clock.now());
    JsonObject condition{{"type", complete ? "Complete" : "Failed"},
                         {"status", "True"},
                         {"lastTransitionTime", now}};
    if (failed) {
      condition["reason"] = run.too_late ? "DeadlineExceeded" : "BackoffLimitExceeded";
      condition["message"] = run.too_late ? "it took longer than activeDeadlineSeconds"
                                          : how_it_ended(*finished) + ": " + finished->message;
    } else {
      status["completionTime"] = now;
    }
    status["conditions"] = JsonArray{std::move(condition)};
  }
  const auto key = run.workload->key();
  // Others may write the object at the same time; a few attempts always get through.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto now = co_await surroundings_->cluster.get(key);
    if (!now || uid_of(**now) != uid_of(run.workload->object())) {
      co_return;
    }
    const auto written = co_await surroundings_->cluster.write_status(
        key, status, std::string{base::text_at(**now, {"metadata", "resourceVersion"})});
    if (written) {
      co_return;
    }
  }
}

asio::awaitable<void> Jobs::remove_later(const Run& run) {
  const Json& job = run.workload->object();
  const auto seconds = number_at(job, {"spec", "ttlSecondsAfterFinished"}, -1);
  if (seconds < 0) {
    co_return;
  }
  asio::steady_timer pause(surroundings_->executor, std::chrono::seconds{seconds});
  co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  co_await surroundings_->cluster.remove(run.workload->key(), uid_of(job));
}

}  // namespace functionmesh::local
