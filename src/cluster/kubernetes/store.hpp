#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/cluster.hpp"
#include "cluster/kubernetes/packed_texts.hpp"

namespace functionmesh::kubernetes {

using base::Json;
using cluster::Key;
using cluster::Object;

/// The version of an object as a number; 0 when it has none.
///
/// Versions of one kind are ordered: the API server takes them from etcd's revision.
std::uint64_t version_of(const Json& object);

/// The objects of one kind as they were last seen, packed.
class Store {
 public:
  explicit Store(std::string kind) : kind_{std::move(kind)} {}

  /// nullptr when there is none.
  Object get(std::string_view namespace_, std::string_view name) const;

  /// In the order of namespace and name; selector.kind is not looked at.
  std::vector<Object> list(const cluster::Selector& selector) const;

  /// Every object, one after the other.
  void for_each(const std::function<void(const Object&)>& visit) const;

  /// 0 when there is none.
  std::uint64_t version(const Key& key) const;

  void put(const Key& key, const Json& object);
  void erase(const Key& key);
  std::vector<Key> keys() const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Name {
    std::string namespace_;
    std::string name;
    auto operator<=>(const Name&) const = default;
  };
  struct Entry {
    PackedText text;
    std::uint64_t version = 0;
    std::size_t owners = 0;  ///< hash of the one owner's uid; 0: not exactly one
  };

  Object unpack(const Entry& entry) const;
  void learn_sometimes();

  std::string kind_;
  std::map<Name, Entry> entries_;
  PackedTexts texts_;
  std::size_t learn_at_ = 8;
};

}  // namespace functionmesh::kubernetes
