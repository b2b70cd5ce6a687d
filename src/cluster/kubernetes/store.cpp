#include "cluster/kubernetes/store.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/metadata.hpp"
#include "cluster/labels.hpp"

namespace functionmesh::kubernetes {
namespace {

constexpr std::size_t kSamples = 24;

const base::JsonArray* owners_of(const Json& object) {
  const Json* owners = base::find(object, {"metadata", "ownerReferences"});
  return owners == nullptr ? nullptr : owners->if_array();
}

/// Tells apart, cheaply and nearly always, objects of different owners. 0: look closer.
std::size_t owner_hash(std::string_view uid) {
  return std::hash<std::string_view>{}(uid) | 1U;
}

std::size_t owner_hash_of(const Json& object) {
  const base::JsonArray* owners = owners_of(object);
  if (owners == nullptr || owners->size() != 1) {
    return owners == nullptr || owners->empty() ? 1 : 0;
  }
  return owner_hash(base::text_at(owners->front(), {"uid"}));
}

}  // namespace

std::uint64_t version_of(const Json& object) {
  const std::string_view text = base::text_at(object, {"metadata", "resourceVersion"});
  std::uint64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

Object Store::get(std::string_view namespace_, std::string_view name) const {
  const auto at = entries_.find({std::string{namespace_}, std::string{name}});
  return at == entries_.end() ? nullptr : unpack(at->second);
}

std::vector<Object> Store::list(const cluster::Selector& selector) const {
  const std::size_t owner = owner_hash(selector.owner);
  std::vector<Object> found;
  for (auto at = entries_.lower_bound({selector.namespace_, selector.name_prefix});
       at != entries_.end(); ++at) {
    if (!selector.namespace_.empty() && (at->first.namespace_ != selector.namespace_ ||
                                         !at->first.name.starts_with(selector.name_prefix))) {
      break;
    }
    if (!selector.owner.empty() && at->second.owners != owner && at->second.owners != 0) {
      continue;
    }
    Object object = unpack(at->second);
    if (cluster::has_labels(*object, selector.labels) &&
        (selector.owner.empty() || base::is_owned_by(*object, selector.owner))) {
      found.push_back(std::move(object));
    }
  }
  return found;
}

void Store::for_each(const std::function<void(const Object&)>& visit) const {
  for (const auto& [name, entry] : entries_) {
    visit(unpack(entry));
  }
}

std::uint64_t Store::version(const Key& key) const {
  const auto at = entries_.find({key.namespace_, key.name});
  return at == entries_.end() ? 0 : at->second.version;
}

void Store::put(const Key& key, const Json& object) {
  Entry& entry = entries_[{key.namespace_, key.name}];
  entry.text = texts_.pack(base::write_json(object));
  entry.version = version_of(object);
  entry.owners = owner_hash_of(object);
  learn_sometimes();
}

void Store::erase(const Key& key) {
  entries_.erase({key.namespace_, key.name});
}

std::vector<Key> Store::keys() const {
  std::vector<Key> keys;
  keys.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) {
    keys.push_back({kind_, name.namespace_, name.name});
  }
  return keys;
}

Object Store::unpack(const Entry& entry) const {
  auto parsed = base::parse_json(texts_.unpack(entry.text));
  if (!parsed) {
    throw std::logic_error("a stored object is no JSON: " + parsed.error());
  }
  return std::make_shared<const Json>(std::move(*parsed));
}

/// When there are many more than at the last time, others may be typical.
void Store::learn_sometimes() {
  if (entries_.size() < learn_at_) {
    return;
  }
  learn_at_ *= 16;
  std::vector<std::string> samples;
  const std::size_t step = std::max<std::size_t>(1, entries_.size() / kSamples);
  std::size_t index = 0;
  for (const auto& [name, entry] : entries_) {
    if (index++ % step == 0) {
      samples.push_back(texts_.unpack(entry.text));
    }
  }
  texts_.learn(samples);
  for (auto& [name, entry] : entries_) {
    entry.text = texts_.pack(texts_.unpack(entry.text));
  }
  texts_.forget_earlier();
}

}  // namespace functionmesh::kubernetes
