#include "cluster/local/memory_cluster.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cstdio>

#include "base/metadata.hpp"
#include "cluster/labels.hpp"
#include "cluster/local/memory_fields.hpp"
#include "cluster/local/memory_object.hpp"

namespace functionmesh::local {
namespace {

using base::Error;
using base::fail;
using base::is_being_deleted;
using base::JsonObject;
using cluster::Change;

constexpr std::size_t kEventsPerObject = 100;

std::unexpected<Error> not_found(const Key& key) {
  return fail(Error::Code::not_found, cluster::to_string(key) + " does not exist");
}

/// `conflict` unless the object is the version and the very object that the caller asked for.
Result<void> check_preconditions(const Key& key, const Json& live, std::string_view version,
                                 std::string_view uid) {
  if (!version.empty() && version != base::text_at(live, {"metadata", "resourceVersion"})) {
    return fail(Error::Code::conflict,
                cluster::to_string(key) + " changed since it was read: read it again");
  }
  if (!uid.empty() && uid != base::text_at(live, {"metadata", "uid"})) {
    return fail(Error::Code::conflict,
                cluster::to_string(key) + " is another object than the one that was read");
  }
  return {};
}

std::string uid_of_number(std::int64_t number) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "00000000-0000-4000-8000-%012llx",
                static_cast<unsigned long long>(number));
  return text.data();
}

}  // namespace

MemoryCluster::MemoryCluster(asio::any_io_executor executor, const base::Clock& clock)
    : executor_{std::move(executor)}, clock_{clock} {}

MemoryCluster::~MemoryCluster() = default;

// --- reading -------------------------------------------------------------------------------------

asio::awaitable<Result<Object>> MemoryCluster::get(Key key) {
  const Key full = with_namespace(std::move(key));
  const auto at = entries_.find(full);
  if (at == entries_.end()) {
    co_return not_found(full);
  }
  co_return at->second.object;
}

asio::awaitable<Result<std::vector<Object>>> MemoryCluster::list(cluster::Selector selector) {
  std::vector<Object> found;
  for (auto at = entries_.lower_bound({selector.kind, selector.namespace_, selector.name_prefix});
       at != entries_.end() && at->first.kind == selector.kind; ++at) {
    const Key& key = at->first;
    if (!selector.namespace_.empty() &&
        (key.namespace_ != selector.namespace_ || !key.name.starts_with(selector.name_prefix))) {
      break;
    }
    const Json& object = *at->second.object;
    if (cluster::has_labels(object, selector.labels) &&
        (selector.owner.empty() || base::is_owned_by(object, selector.owner))) {
      found.push_back(at->second.object);
    }
  }
  co_return found;
}

std::vector<RecordedEvent> MemoryCluster::events_about(const Key& key) const {
  const auto at = entries_.find(with_namespace(key));
  return at == entries_.end() ? std::vector<RecordedEvent>{} : at->second.events;
}

// --- writing -------------------------------------------------------------------------------------

asio::awaitable<Result<Object>> MemoryCluster::apply(Json object) {
  co_return apply_now(std::string{kOwnManager}, std::move(object));
}

asio::awaitable<Result<Object>> MemoryCluster::apply_as(std::string manager, Json object) {
  co_return apply_now(manager, std::move(object));
}

Object MemoryCluster::load(Json object) {
  const Key key = with_namespace(cluster::key_of(object));
  if (const auto there = entries_.find(key); there != entries_.end()) {
    // What belongs to it stays: it may belong to the new one.
    index_owners(key, there->second.object.get(), nullptr);
    by_uid_.erase(std::string{base::text_at(*there->second.object, {"metadata", "uid"})});
    entries_.erase(there);
  }
  Entry entry;
  entry.fields = fields_by_manager(object);
  JsonObject& metadata = object.at("metadata").get_object();
  metadata["namespace"] = key.namespace_;
  metadata.stable_erase("managedFields");
  if (!metadata.contains("uid")) {
    metadata["uid"] = uid_of_number(++created_);
  }
  stamp(object);
  entry.object = std::make_shared<const Json>(std::move(object));
  const auto at = entries_.emplace(key, std::move(entry)).first;
  const Object stored = at->second.object;
  by_uid_.emplace(base::text_at(*stored, {"metadata", "uid"}), at->first);
  index_owners(at->first, nullptr, stored.get());
  notify(Change::added, stored);
  return stored;
}

asio::awaitable<Result<void>> MemoryCluster::take_over(Key key) {
  const Key full = with_namespace(std::move(key));
  const auto at = entries_.find(full);
  if (at == entries_.end()) {
    co_return not_found(full);
  }
  // Every value that no manager applied was set by a plain write.
  Json& applied = at->second.fields[std::string{kOwnManager}];
  if (!applied.is_object()) {
    applied = JsonObject{};
  }
  if (const Json* spec = base::find(*at->second.object, {"spec"})) {
    applied.get_object()["spec"] = fields_of(*spec);
  }
  co_return Result<void>{};
}

asio::awaitable<Result<Object>> MemoryCluster::patch(Key key, Json merge_patch) {
  co_return patch_now(with_namespace(std::move(key)), std::move(merge_patch));
}

asio::awaitable<Result<Object>> MemoryCluster::write_status(Key key, Json status,
                                                            std::string resource_version) {
  co_return write_status_now(with_namespace(std::move(key)), std::move(status), resource_version);
}

asio::awaitable<Result<void>> MemoryCluster::remove(Key key, std::string uid) {
  co_return remove_now(with_namespace(std::move(key)), uid);
}

Result<Object> MemoryCluster::apply_now(const std::string& manager, Json object) {
  if (const auto checked = check_object(object); !checked) {
    return std::unexpected(checked.error());
  }
  const Key key = with_namespace(cluster::key_of(object));
  object.at("metadata").get_object()["namespace"] = key.namespace_;
  const std::string version{base::text_at(object, {"metadata", "resourceVersion"})};
  const std::string uid{base::text_at(object, {"metadata", "uid"})};
  const auto at = entries_.find(key);
  if (at == entries_.end()) {
    if (!version.empty() || !uid.empty()) {
      return fail(Error::Code::conflict,
                  cluster::to_string(key) + " is gone: it cannot be changed");
    }
    return create(manager, key, std::move(object));
  }
  const Json& live = *at->second.object;
  if (const auto matched = check_preconditions(key, live, version, uid); !matched) {
    return std::unexpected(matched.error());
  }
  keep_server_fields(object, live);
  object.get_object().stable_erase("status");
  std::vector<const Json*> others;
  for (const auto& [other, fields] : at->second.fields) {
    if (other != manager) {
      others.push_back(&fields);
    }
  }
  Json fields = fields_of(object);
  Json changed = apply_fields(live, at->second.fields[manager], std::move(object), others);
  at->second.fields[manager] = std::move(fields);
  return store(at, std::move(changed));
}

Result<Object> MemoryCluster::create(const std::string& manager, Key key, Json object) {
  JsonObject identity;
  identity["name"] = key.name;
  identity["namespace"] = key.namespace_;
  identity["uid"] = uid_of_number(++created_);
  identity["generation"] = 1;
  identity["creationTimestamp"] = base::rfc3339(clock_.now());
  Json server{{"metadata", std::move(identity)}, {"kind", key.kind}};
  if (const Json* api_version = base::find(object, {"apiVersion"})) {
    server.get_object()["apiVersion"] = *api_version;
  }
  keep_server_fields(object, server);
  stamp(object);
  Entry entry;
  entry.fields.emplace(manager, fields_of(object));
  entry.object = std::make_shared<const Json>(std::move(object));
  const auto at = entries_.emplace(std::move(key), std::move(entry)).first;
  const Object stored = at->second.object;
  by_uid_.emplace(base::text_at(*stored, {"metadata", "uid"}), at->first);
  index_owners(at->first, nullptr, stored.get());
  notify(Change::added, stored);
  return stored;
}

Result<Object> MemoryCluster::patch_now(Key key, Json merge_patch) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) {
    return not_found(key);
  }
  const Json& live = *at->second.object;
  const auto matched =
      check_preconditions(key, live, base::text_at(merge_patch, {"metadata", "resourceVersion"}),
                          base::text_at(merge_patch, {"metadata", "uid"}));
  if (!matched) {
    return std::unexpected(matched.error());
  }
  if (!merge_patch.is_object()) {
    return fail(Error::Code::invalid, cluster::to_string(key) + ": a patch is an object");
  }
  Json changed = live;
  base::merge_patch(changed, merge_patch);
  keep_server_fields(changed, live);
  if (const auto checked = check_object(changed); !checked) {
    return std::unexpected(checked.error());
  }
  return store(at, std::move(changed));
}

Result<Object> MemoryCluster::write_status_now(const Key& key, Json status,
                                               const std::string& version) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) {
    return not_found(key);
  }
  if (const auto matched = check_preconditions(key, *at->second.object, version, {}); !matched) {
    return std::unexpected(matched.error());
  }
  Json changed = *at->second.object;
  changed.get_object()["status"] = std::move(status);
  return store(at, std::move(changed));
}

Result<void> MemoryCluster::remove_now(Key key, const std::string& uid) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) {
    return not_found(key);
  }
  if (const auto matched = check_preconditions(key, *at->second.object, {}, uid); !matched) {
    return matched;
  }
  begin_deletion(at);
  return {};
}

/// Makes `changed` the next version, unless nothing differs.
Object MemoryCluster::store(Entries::iterator at, Json changed) {
  const Object before = at->second.object;
  if (base::equal(*before, changed)) {
    return before;
  }
  if (spec_differs(*before, changed)) {
    changed.at("metadata").get_object()["generation"] =
        base::number_at(*before, {"metadata", "generation"}) + 1;
  }
  stamp(changed);
  const auto now = std::make_shared<const Json>(std::move(changed));
  at->second.object = now;
  index_owners(at->first, before.get(), now.get());
  notify(Change::modified, now);
  if (is_being_deleted(*now) && !has_finalizers(*now)) {
    drop(at);
  }
  return now;
}

// --- deletion ------------------------------------------------------------------------------------

void MemoryCluster::begin_deletion(Entries::iterator at) {
  const Json& live = *at->second.object;
  if (!has_finalizers(live)) {
    ++version_;
    drop(at);
  } else if (!is_being_deleted(live)) {
    Json changed = live;
    changed.at("metadata").get_object()["deletionTimestamp"] = base::rfc3339(clock_.now());
    store(at, std::move(changed));
  }
}

void MemoryCluster::drop(Entries::iterator at) {
  const Object last = at->second.object;
  const std::string uid{base::text_at(*last, {"metadata", "uid"})};
  index_owners(at->first, last.get(), nullptr);
  by_uid_.erase(uid);
  entries_.erase(at);
  notify(Change::deleted, last);
  collect_orphans(uid);
}

void MemoryCluster::index_owners(const Key& key, const Json* before, const Json* now) {
  for (const std::string& uid : before == nullptr ? std::set<std::string>{} : owners_of(*before)) {
    const auto at = dependants_.find(uid);
    at->second.erase(key);
    if (at->second.empty()) {
      dependants_.erase(at);
    }
  }
  if (now == nullptr) {
    return;
  }
  for (const std::string& uid : owners_of(*now)) {
    dependants_[uid].insert(key);
    if (!by_uid_.contains(uid)) {
      // Made for an owner that went in the meantime: collected a little later, as a cluster does.
      post([this, uid] { collect_orphans(uid); });
    }
  }
}

bool MemoryCluster::has_living_owner(const Json& object) const {
  return std::ranges::any_of(owners_of(object),
                             [&](const std::string& uid) { return by_uid_.contains(uid); });
}

/// Deletes what has no owner left, now that `owner_uid` is gone.
void MemoryCluster::collect_orphans(const std::string& owner_uid) {
  const auto dependants = dependants_.find(owner_uid);
  if (dependants == dependants_.end()) {
    return;
  }
  const std::set<Key> keys = dependants->second;
  for (const Key& key : keys) {
    const auto at = entries_.find(key);
    if (at != entries_.end() && !has_living_owner(*at->second.object)) {
      begin_deletion(at);
    }
  }
}

// --- telling -------------------------------------------------------------------------------------

void MemoryCluster::record(cluster::Event event) {
  const Key about = with_namespace(std::move(event.about));
  RecordedEvent said{.type = std::move(event.type),
                     .reason = std::move(event.reason),
                     .message = std::move(event.message),
                     .last = clock_.now()};
  const auto at = entries_.find(about);
  if (at != entries_.end()) {
    std::vector<RecordedEvent>& events = at->second.events;
    const auto before = std::ranges::find_if(events, [&](const RecordedEvent& other) {
      return other.type == said.type && other.reason == said.reason &&
             other.message == said.message;
    });
    if (before != events.end()) {
      said.count = before->count + 1;
      events.erase(before);
    } else if (events.size() >= kEventsPerObject) {
      events.erase(events.begin());
    }
    events.push_back(said);
  }
  for (const auto& listener : event_listeners_) {
    post([listener, about, said] { (*listener)(about, said); });
  }
}

void MemoryCluster::watch(std::string kind, cluster::Listener listener) {
  const auto shared = std::make_shared<cluster::Listener>(std::move(listener));
  for (auto at = entries_.lower_bound({kind, {}, {}});
       at != entries_.end() && at->first.kind == kind; ++at) {
    post([shared, object = at->second.object] { (*shared)(Change::added, object); });
  }
  listeners_[std::move(kind)].push_back(shared);
}

void MemoryCluster::watch_events(EventListener listener) {
  event_listeners_.push_back(std::make_shared<EventListener>(std::move(listener)));
}

void MemoryCluster::notify(Change change, const Object& object) {
  const auto listeners = listeners_.find(std::string{base::text_at(*object, {"kind"})});
  if (listeners == listeners_.end()) {
    return;
  }
  for (const auto& listener : listeners->second) {
    post([listener, change, object] { (*listener)(change, object); });
  }
}

void MemoryCluster::post(std::function<void()> call) {
  asio::post(executor_, [alive = std::weak_ptr{alive_}, call = std::move(call)] {
    if (!alive.expired()) {
      call();
    }
  });
}

void MemoryCluster::stamp(Json& object) {
  object.at("metadata").get_object()["resourceVersion"] = std::to_string(++version_);
}

}  // namespace functionmesh::local
