#include "reconcile/manager.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "reconcile/carry_out.hpp"
#include "reconcile/fingerprint.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::reconcile {
namespace {

using cluster::Change;

/// What a component owns changes several times in a row: its pods, its StatefulSet's status. One
/// look at all of it is enough. What a user changes is looked at without delay.
constexpr std::chrono::milliseconds kOwnedDelay{10};

/// The same for a mesh of many components.
constexpr std::chrono::milliseconds kMeshDelay{20};

/// What of a resource makes a reconcile worthwhile: all but its status and versions.
std::string what_matters(const Json& resource) {
  base::JsonArray parts{generation_of(resource), uid_of(resource), is_being_deleted(resource)};
  for (const std::string_view field : {"labels", "annotations", "finalizers", "ownerReferences"}) {
    const Json* value = base::find(resource, {"metadata", field});
    parts.push_back(value == nullptr ? Json{} : *value);
  }
  return fingerprint(parts);
}

bool is_component_kind(std::string_view kind) {
  return kind == "Function" || kind == "Source" || kind == "Sink";
}

/// The kind that has `component` as the value of its label.
std::string_view kind_of_label(std::string_view component) {
  for (const api::Kind kind : {api::Kind::function, api::Kind::source, api::Kind::sink}) {
    if (render::component_suffix(kind) == component) {
      return api::kind_name(kind);
    }
  }
  return {};
}

/// The component whose objects are called like this; no kind: none.
Key component_of_name(const Key& object) {
  std::string_view name = object.name;
  for (const std::string_view suffix : {"-headless", "-cleanup"}) {
    if (name.ends_with(suffix)) {
      name.remove_suffix(suffix.size());
    }
  }
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) {
    return {};
  }
  return {std::string{kind_of_label(name.substr(dash + 1))}, object.namespace_,
          std::string{name.substr(0, dash)}};
}

/// The component that an object says it is part of by its labels; no kind: none.
Key component_of_labels(const Json& object) {
  const auto label = [&](std::string_view name) {
    return base::text_at(object, {"metadata", "labels", name});
  };
  return {std::string{kind_of_label(label("compute.functionmesh.io/component"))},
          std::string{base::text_at(object, {"metadata", "namespace"})},
          std::string{label("compute.functionmesh.io/name")}};
}

}  // namespace

Manager::Manager(cluster::Cluster& cluster, const base::Clock& clock, Policy policy,
                 asio::any_io_executor executor, ManagerOptions options)
    : cluster_{cluster},
      clock_{clock},
      policy_{std::move(policy)},
      options_{std::move(options)},
      executor_{std::move(executor)},
      components_{cluster_, clock_, policy_},
      meshes_{cluster_, clock_, policy_},
      timer_{executor_},
      stopped_{executor_, asio::steady_timer::time_point::max()} {}

Manager::~Manager() = default;

void Manager::start() {
  starting_ = true;  // a cluster may tell all there is at once: one look at each is enough
  watch("BackendConfig", &Manager::on_backend_config);
  for (const char* kind : {"Function", "Source", "Sink"}) {
    watch(kind, &Manager::on_resource);
  }
  if (options_.meshes) {
    watch("FunctionMesh", &Manager::on_resource);
  }
  for (const char* kind :
       {"StatefulSet", "Service", "HorizontalPodAutoscaler", "VerticalPodAutoscaler", "Job"}) {
    watch(kind, &Manager::on_owned);
  }
  watch("Pod", &Manager::on_pod);
  starting_ = false;
  run_due();
}

asio::awaitable<void> Manager::stop() {
  stopping_ = true;
  timer_.cancel();
  while (queue_.running() > 0) {
    boost::system::error_code ignored;
    co_await stopped_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

// --- what a change touches -----------------------------------------------------------------------

void Manager::watch(std::string kind, void (Manager::*handler)(Change, const cluster::Object&)) {
  cluster_.watch(std::move(kind), [this, handler, alive = std::weak_ptr{alive_}](
                                      Change change, const cluster::Object& object) {
    if (!alive.expired() && !stopping_) {
      (this->*handler)(change, object);
    }
  });
}

void Manager::on_resource(Change change, const cluster::Object& object) {
  const Key key = cluster::key_of(*object);
  const std::string name = cluster::to_string(key);
  if (is_component_kind(key.kind)) {
    on_owned(change, object);  // its mesh, if it has one
  }
  if (change == Change::deleted) {
    seen_.erase(name);
    component_keys_.erase(key);
    return;
  }
  if (is_component_kind(key.kind)) {
    component_keys_.insert(key);
  }
  std::string matters = what_matters(*object);
  std::string& seen = seen_[name];
  if (seen != matters) {
    seen = std::move(matters);
    enqueue(key, Urgency::change);
  }
}

void Manager::on_owned(Change change, const cluster::Object& object) {
  const Urgency urgency = change == Change::deleted ? Urgency::change : Urgency::news;
  const Json* owners = base::find(*object, {"metadata", "ownerReferences"});
  const std::string in{base::text_at(*object, {"metadata", "namespace"})};
  if (owners != nullptr && owners->is_array()) {
    for (const Json& owner : owners->get_array()) {
      const Key key{std::string{base::text_at(owner, {"kind"})}, in,
                    std::string{base::text_at(owner, {"name"})}};
      if (is_component_kind(key.kind)) {
        enqueue(key, urgency, kOwnedDelay);
      } else if (options_.meshes && key.kind == api::kind_name(api::Kind::function_mesh)) {
        enqueue(key, urgency, kMeshDelay);
      }
    }
  }
  // An object may have lost its owner reference, or be somebody else's in our way.
  if (const Key key = component_of_name(cluster::key_of(*object)); component_keys_.contains(key)) {
    enqueue(key, urgency, kOwnedDelay);
  }
}

void Manager::on_pod(Change, const cluster::Object& object) {
  if (const Key key = component_of_labels(*object); component_keys_.contains(key)) {
    enqueue(key, Urgency::news, kOwnedDelay);
  }
}

/// Whether it is rolled out or only shown as pending is decided for each component.
void Manager::on_backend_config(Change, const cluster::Object& object) {
  const Key config = cluster::key_of(*object);
  const render::Settings& settings = policy_.render;
  const bool global = config.name == settings.global_backend_config &&
                      config.namespace_ == settings.global_backend_config_namespace;
  const bool namespaced = config.name == settings.namespaced_backend_config;
  for (const Key& key : component_keys_) {
    if (global || (namespaced && key.namespace_ == config.namespace_)) {
      enqueue(key, Urgency::change);
    }
  }
}

void Manager::enqueue(const Key& key, Urgency urgency, std::chrono::milliseconds delay) {
  queue_.add(key, clock_.now() + delay, urgency);
  run_due();
}

// --- running -------------------------------------------------------------------------------------

void Manager::run_due() {
  while (!stopping_ && !starting_ && queue_.running() < options_.at_once) {
    std::optional<WorkQueue::Taken> taken = queue_.take(clock_.now());
    if (!taken) {
      break;
    }
    asio::co_spawn(executor_, reconcile(std::move(*taken)), asio::detached);
  }
  arm_timer();
}

asio::awaitable<void> Manager::reconcile(WorkQueue::Taken taken) {
  const Key& key = taken.key;
  static std::uint64_t last_id = 0;
  const std::uint64_t id = ++last_id;
  const auto began = std::chrono::steady_clock::now();
  Result<Again> result = base::fail(base::Error::Code::internal, "it ended early");
  try {
    result = co_await dispatch(taken);
  } catch (const std::exception& bug) {
    report_bug(key, bug.what());
  }
  ++reconciles_;
  if (options_.observer) {
    const auto took = std::chrono::steady_clock::now() - began;
    options_.observer({.key = key,
                       .id = id,
                       .duration = std::chrono::duration_cast<std::chrono::microseconds>(took),
                       .error = result ? nullptr : &result.error()});
  }
  if (result) {
    queue_.succeed(key);
    if (*result) {
      queue_.add(key, clock_.now() + **result, Urgency::news);
    }
  } else {
    ++failures_;
    queue_.fail(key, clock_.now());
  }
  if (stopping_ && queue_.running() == 0) {
    stopped_.cancel();
  }
  // From the loop, not from here: reconciles that never wait would pile up on the stack.
  asio::post(executor_, [this, alive = std::weak_ptr{alive_}] {
    if (!alive.expired()) {
      run_due();
    }
  });
}

asio::awaitable<Result<Again>> Manager::dispatch(WorkQueue::Taken taken) {
  const MayWait status_may_wait = [this, urgency = taken.urgency] {
    return urgency == Urgency::change && queue_.crowded(clock_.now());
  };
  if (is_component_kind(taken.key.kind)) {
    co_return co_await components_.reconcile(taken.key, status_may_wait);
  }
  co_return co_await meshes_.reconcile(taken.key, status_may_wait);
}

/// One resource that trips over a bug of ours does not take the others along.
void Manager::report_bug(const Key& key, std::string_view what) {
  tell(cluster_, key,
       warning("InternalError",
               "reconciling it failed in a way that is a bug: " + std::string{what}));
}

/// One timer, for the earliest of what is not due yet.
void Manager::arm_timer() {
  const auto next = queue_.next();
  if (stopping_ || starting_ || !next || queue_.running() >= options_.at_once) {
    return;  // the end of a reconcile comes here again
  }
  if (armed_for_ && *armed_for_ <= *next) {
    return;
  }
  armed_for_ = next;
  timer_.expires_after(std::max(*next - clock_.now(), std::chrono::milliseconds{0}));
  timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& error) {
    if (!error && !alive.expired()) {
      armed_for_.reset();
      run_due();
    }
  });
}

}  // namespace functionmesh::reconcile
