#include "cluster/kubernetes/kubernetes_cluster.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/metadata.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "cluster/kubernetes/managed_fields.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;
using base::JsonObject;
using cluster::Change;

constexpr std::string_view kApplyPatch = "application/apply-patch+yaml";
constexpr std::string_view kMergePatch = "application/merge-patch+json";

/// Without `fieldValidation` the API server reads every body a second time, only to find a key that
/// stands twice; an unknown field in what is applied is refused all the same.
std::string as_manager(std::string_view more = {}) {
  return "?fieldManager=" + std::string{kFieldManager} + "&fieldValidation=Ignore" +
         std::string{more};
}

/// Of a PUT to /status the server takes the status only; but whoever owned a label that is not in
/// it does not own it any more, and cannot remove it by server-side apply.
JsonObject metadata_for_status(const Object& live, std::string_view resource_version) {
  JsonObject metadata{{"resourceVersion", resource_version}};
  for (const char* part : {"labels", "annotations", "finalizers", "ownerReferences"}) {
    const Json* value = live == nullptr ? nullptr : base::find(*live, {"metadata", part});
    if (value != nullptr) {
      metadata[part] = *value;
    }
  }
  return metadata;
}

}  // namespace

KubernetesCluster::KubernetesCluster(asio::any_io_executor executor, Access access,
                                     const base::Clock& clock, ClusterOptions options)
    : executor_{std::move(executor)},
      clock_{clock},
      client_{executor_, std::move(access)},
      events_{client_, clock_, std::move(options.instance)},
      ended_{executor_, asio::steady_timer::time_point::max()} {
  for (Watched& watched : options.kinds) {
    const ResourceType* type = resource_type(watched.kind);
    if (type == nullptr) {
      throw std::logic_error("no resource type for " + watched.kind);
    }
    informers_.push_back(std::make_unique<Informer>(
        client_, *type,
        Informer::Options{options.namespace_, watched.optional, std::move(watched.interest)},
        [this, kind = watched.kind](Change change, const Object& object) {
          notify(kind, change, object);
        }));
  }
}

KubernetesCluster::~KubernetesCluster() = default;

void KubernetesCluster::start() {
  for (const auto& informer : informers_) {
    run(informer->run());
  }
  run(events_.run());
}

void KubernetesCluster::run(asio::awaitable<void> work) {
  ++running_;
  asio::co_spawn(executor_, std::move(work), [this](const std::exception_ptr& bug) {
    if (--running_ == 0) {
      ended_.cancel();
    }
    if (bug != nullptr) {
      std::rethrow_exception(bug);
    }
  });
}

asio::awaitable<void> KubernetesCluster::stop() {
  client_.stop();
  events_.stop();
  while (running_ > 0) {
    boost::system::error_code ignored;
    co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

bool KubernetesCluster::filled() const {
  return std::ranges::all_of(informers_, [](const auto& one) { return one->usable(); });
}

std::vector<KindState> KubernetesCluster::states() const {
  std::vector<KindState> states;
  for (const auto& one : informers_) {
    states.push_back({.kind = std::string{one->type().kind},
                      .usable = one->usable(),
                      .absent = one->absent(),
                      .denied = one->denied(),
                      .problem = one->problem(),
                      .objects = one->cache().store().size(),
                      .watch_restarts = one->restarts()});
  }
  return states;
}

// --- reading -------------------------------------------------------------------------------------

Informer* KubernetesCluster::informer(std::string_view kind) const {
  for (const auto& one : informers_) {
    if (one->type().kind == kind) {
      return one.get();
    }
  }
  return nullptr;
}

Result<const KindCache*> KubernetesCluster::cache_of(std::string_view kind) const {
  const Informer* found = informer(kind);
  if (found == nullptr) {
    return fail(Error::Code::internal, std::string{kind} + "s are not watched");
  }
  if (!found->usable()) {
    const std::string& problem = found->problem();
    return fail(found->denied() ? Error::Code::forbidden : Error::Code::unavailable,
                std::string{kind} + "s cannot be read: " +
                    (problem.empty() ? "they are still being listed" : problem));
  }
  return &found->cache();
}

asio::awaitable<Result<Object>> KubernetesCluster::get(Key key) {
  const auto cache = cache_of(key.kind);
  if (!cache) {
    co_return std::unexpected(cache.error());
  }
  Object object = (*cache)->store().get(key.namespace_, key.name);
  if (object == nullptr) {
    co_return fail(Error::Code::not_found, cluster::to_string(key) + " does not exist");
  }
  co_return object;
}

asio::awaitable<Result<std::vector<Object>>> KubernetesCluster::list(cluster::Selector selector) {
  const auto cache = cache_of(selector.kind);
  if (!cache) {
    co_return std::unexpected(cache.error());
  }
  co_return (*cache)->store().list(selector);
}

// --- writing -------------------------------------------------------------------------------------

std::chrono::milliseconds KubernetesCluster::time_to_write() const {
  const auto now = std::chrono::steady_clock::now();
  if (writable_until_ >= now + Client::kDefaultTimeout) {
    return Client::kDefaultTimeout;
  }
  return std::chrono::floor<std::chrono::milliseconds>(writable_until_ - now);
}

asio::awaitable<Result<Object>> KubernetesCluster::write(std::string what, std::string kind,
                                                         Request request) {
  const auto time = time_to_write();
  if (time <= time.zero()) {
    co_return fail(Error::Code::unavailable, what + ": another operator leads now");
  }
  const Result<Response> answer = co_await client_.send(std::move(request), time);
  if (!answer) {
    co_return fail(answer.error().code, what + ": " + answer.error().message);
  }
  Result<Json> object = object_of(what, *answer);
  if (!object) {
    co_return std::unexpected(object.error());
  }
  Informer* watched = informer(kind);
  if (watched != nullptr && watched->cache().filled()) {
    co_return watched->cache().written(std::move(*object));
  }
  co_return std::make_shared<const Json>(std::move(*object));
}

asio::awaitable<Result<Object>> KubernetesCluster::apply(Json object) {
  const Key key = cluster::key_of(object);
  const ResourceType* type = resource_type(key.kind);
  if (type == nullptr) {
    co_return fail(Error::Code::invalid, cluster::to_string(key) + ": not a kind that we apply");
  }
  co_return co_await write("apply " + cluster::to_string(key), key.kind,
                           {.method = "PATCH",
                            .target = object_path(*type, key) + as_manager("&force=true"),
                            .content_type = std::string{kApplyPatch},
                            .body = base::write_json(object)});
}

/// managedFields are not kept in memory: they are read, and written if nothing happened meanwhile.
asio::awaitable<Result<void>> KubernetesCluster::take_over(Key key) {
  const ResourceType& type = *resource_type(key.kind);
  const std::string what = "take over " + cluster::to_string(key);
  const Result<Response> answer = co_await client_.send({.target = object_path(type, key)});
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  const Result<Json> live = object_of(what, *answer);
  if (!live) {
    co_return std::unexpected(live.error());
  }
  std::optional<Json> fields = take_over_spec(*live);
  if (!fields) {
    co_return Result<void>{};
  }
  const Json change{{"metadata", JsonObject{{"resourceVersion",
                                             base::text_at(*live, {"metadata", "resourceVersion"})},
                                            {"managedFields", std::move(*fields)}}}};
  const Result<Object> written = co_await write(what, key.kind,
                                                {.method = "PATCH",
                                                 .target = object_path(type, key) + as_manager(),
                                                 .content_type = std::string{kMergePatch},
                                                 .body = base::write_json(change)});
  if (!written) {
    co_return std::unexpected(written.error());
  }
  co_return Result<void>{};
}

asio::awaitable<Result<Object>> KubernetesCluster::patch(Key key, Json merge_patch) {
  const ResourceType& type = *resource_type(key.kind);
  co_return co_await write("change " + cluster::to_string(key), key.kind,
                           {.method = "PATCH",
                            .target = object_path(type, key) + as_manager(),
                            .content_type = std::string{kMergePatch},
                            .body = base::write_json(merge_patch)});
}

asio::awaitable<Result<Object>> KubernetesCluster::write_status(Key key, Json status,
                                                                std::string resource_version) {
  const ResourceType& type = *resource_type(key.kind);
  const auto cache = cache_of(key.kind);
  JsonObject metadata = metadata_for_status(
      cache ? (*cache)->store().get(key.namespace_, key.name) : nullptr, resource_version);
  metadata["namespace"] = key.namespace_;
  metadata["name"] = key.name;
  const Json object{{"apiVersion", type.api_version},
                    {"kind", key.kind},
                    {"metadata", std::move(metadata)},
                    {"status", std::move(status)}};
  co_return co_await write("write the status of " + cluster::to_string(key), key.kind,
                           {.method = "PUT",
                            .target = object_path(type, key) + "/status" + as_manager(),
                            .content_type = "application/json",
                            .body = base::write_json(object)});
}

asio::awaitable<Result<void>> KubernetesCluster::remove(Key key, std::string uid) {
  const ResourceType& type = *resource_type(key.kind);
  const std::string what = "delete " + cluster::to_string(key);
  const auto time = time_to_write();
  if (time <= time.zero()) {
    co_return fail(Error::Code::unavailable, what + ": another operator leads now");
  }
  JsonObject options{
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  if (!uid.empty()) {
    options["preconditions"] = JsonObject{{"uid", uid}};
  }
  const Result<Response> answer = co_await client_.send({.method = "DELETE",
                                                         .target = object_path(type, key),
                                                         .content_type = "application/json",
                                                         .body = base::write_json(options)},
                                                        time);
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  const Result<Json> deleted = object_of(what, *answer);
  if (!deleted) {
    co_return std::unexpected(deleted.error());
  }
  // With finalizers it is still there, being deleted; otherwise the watch tells its end.
  Informer* watched = informer(key.kind);
  if (watched != nullptr && watched->cache().filled() && base::is_being_deleted(*deleted)) {
    watched->cache().written(*deleted);
  }
  co_return Result<void>{};
}

// --- telling -------------------------------------------------------------------------------------

void KubernetesCluster::record(cluster::Event event) {
  if (time_to_write() <= std::chrono::milliseconds::zero()) {
    return;
  }
  const auto cache = cache_of(event.about.kind);
  const Object about =
      cache ? (*cache)->store().get(event.about.namespace_, event.about.name) : nullptr;
  if (about != nullptr) {
    events_.record(event, *about);
  }
}

void KubernetesCluster::watch(std::string kind, cluster::Listener listener) {
  const auto shared = std::make_shared<cluster::Listener>(std::move(listener));
  if (const Informer* found = informer(kind)) {
    found->cache().store().for_each(
        [&](const Object& object) { (*shared)(Change::added, object); });
  }
  listeners_[std::move(kind)].push_back(shared);
}

/// From the loop, not from inside a call of ours: a listener may call us.
void KubernetesCluster::notify(std::string_view kind, Change change, const Object& object) {
  const auto listeners = listeners_.find(std::string{kind});
  if (listeners == listeners_.end()) {
    return;
  }
  for (const auto& listener : listeners->second) {
    asio::post(executor_, [listener, change, object, alive = std::weak_ptr{alive_}] {
      if (!alive.expired()) {
        (*listener)(change, object);
      }
    });
  }
}

}  // namespace functionmesh::kubernetes
