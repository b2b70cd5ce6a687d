#include "cluster/kubernetes/kind_cache.hpp"

#include <algorithm>

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using cluster::Change;

/// More than can be deleted while an answer is on its way.
constexpr std::size_t kGraves = 512;

}  // namespace

KindCache::KindCache(const ResourceType& type, Interest interest, cluster::Listener listener)
    : type_{type},
      interest_{std::move(interest)},
      listener_{std::move(listener)},
      store_{std::string{type.kind}} {}

void KindCache::begin_list() {
  listing_ = true;
  list_version_.clear();
  unlisted_.clear();
  for (Key& key : store_.keys()) {
    unlisted_.insert(std::move(key));
  }
}

Result<std::string> KindCache::add_page(const Json& list) {
  const Json* items = base::find(list, {"items"});
  list_version_ = base::text_at(list, {"metadata", "resourceVersion"});
  if (items == nullptr || (!items->is_array() && !items->is_null()) || list_version_.empty()) {
    return base::fail(Error::Code::unavailable,
                      "list " + std::string{type_.plural} + ": the answer is no list of objects");
  }
  if (items->is_array()) {
    for (const Json& item : items->get_array()) {
      if (item.is_object()) {
        see(item);
      }
    }
  }
  return std::string{base::text_at(list, {"metadata", "continue"})};
}

void KindCache::end_list() {
  listing_ = false;
  resume_version_ = list_version_;
  const std::set<Key> missing = std::move(unlisted_);
  unlisted_.clear();
  for (const Key& key : missing) {
    gone(key, 0);
  }
  filled_ = true;
}

void KindCache::clear() {
  for (const Key& key : store_.keys()) {
    gone(key, 0);
  }
  listing_ = false;
  filled_ = false;
}

KindCache::Next KindCache::take(const WatchEvent& event) {
  if (event.type == WatchEvent::Type::error) {
    const bool too_old = base::number_at(event.object, {"code"}) == 410 ||
                         base::text_at(event.object, {"reason"}) == "Expired";
    return too_old ? Next::list_again : Next::wait;
  }
  if (const std::uint64_t version = version_of(event.object); version != 0) {
    resume_version_ = std::to_string(version);
  }
  switch (event.type) {
    case WatchEvent::Type::added:
    case WatchEvent::Type::modified:
      see(event.object);
      break;
    case WatchEvent::Type::deleted: {
      Json object = event.object;
      const Key key = prepare(object);
      gone(key, version_of(object));
      break;
    }
    case WatchEvent::Type::bookmark:
    case WatchEvent::Type::error:
      break;
  }
  return Next::go_on;
}

Object KindCache::written(Json object) {
  const Key key = prepare(object);
  unlisted_.erase(key);  // newer than the list that is under way
  const auto kept = std::make_shared<const Json>(object);
  see(std::move(object));
  return kept;
}

void KindCache::see(Json object) {
  const Key key = prepare(object);
  const std::uint64_t version = version_of(object);
  const std::uint64_t known = store_.version(key);
  // A list tells how things are, even if versions went backwards (a restored backup).
  const bool listed = listing_ && unlisted_.erase(key) > 0;
  if (version == known || (version < known && !listed) || is_buried(key, version)) {
    return;
  }
  if (interest_.wanted && !interest_.wanted(object)) {
    if (known != 0) {
      gone(key, version);
    }
    return;
  }
  store_.put(key, object);
  listener_(known == 0 ? Change::added : Change::modified,
            std::make_shared<const Json>(std::move(object)));
}

/// version 0: it was not in a list.
void KindCache::gone(const Key& key, std::uint64_t version) {
  const std::uint64_t known = store_.version(key);
  if (version != 0) {
    buried_.emplace_back(key, version);
    if (buried_.size() > kGraves) {
      buried_.pop_front();
    }
  }
  if (known == 0 || (version != 0 && known > version)) {
    return;
  }
  const Object last = store_.get(key.namespace_, key.name);
  store_.erase(key);
  listener_(Change::deleted, last);
}

Key KindCache::prepare(Json& object) const {
  base::JsonObject& members = object.get_object();
  if (!members.contains("kind")) {
    members["kind"] = type_.kind;  // items of a list of a built-in kind have neither
    members["apiVersion"] = type_.api_version;
  }
  if (Json* metadata = base::find(object, {"metadata"});
      metadata != nullptr && metadata->is_object()) {
    metadata->get_object().stable_erase("managedFields");
  }
  if (interest_.trim) {
    interest_.trim(object);
  }
  return cluster::key_of(object);
}

bool KindCache::is_buried(const Key& key, std::uint64_t version) const {
  return std::ranges::any_of(
      buried_, [&](const auto& grave) { return grave.second >= version && grave.first == key; });
}

}  // namespace functionmesh::kubernetes
