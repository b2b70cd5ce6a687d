#pragma once

#include <deque>
#include <functional>
#include <set>

#include "cluster/kubernetes/resource_types.hpp"
#include "cluster/kubernetes/store.hpp"
#include "cluster/kubernetes/watch_stream.hpp"

namespace functionmesh::kubernetes {

using base::Result;

/// What of a kind's objects is kept.
struct Interest {
  std::string label_selector{};               ///< asked of the server; empty: all
  std::function<bool(const Json&)> wanted{};  ///< asked of each object; empty: all
  std::function<void(Json&)> trim{};          ///< takes out what nobody reads; empty: nothing
};

/// The objects of one kind as a list and the watch after it tell them, together with the answers to
/// our own writes: whichever is newer counts, and each change is told once. Knows no connection.
class KindCache {
 public:
  KindCache(const ResourceType& type, Interest interest, cluster::Listener listener);

  // --- a list, page by page
  void begin_list();
  /// The page's objects; returns the token of the next page, empty after the last.
  Result<std::string> add_page(const Json& list);
  /// What was not in the list is gone.
  void end_list();

  /// There is no such kind (any more).
  void clear();

  // --- the watch after it
  enum class Next {
    go_on,
    list_again,  ///< the server no longer knows our version
    wait,        ///< it ended the watch with an error of its own
  };
  Next take(const WatchEvent& event);

  /// The version to watch from.
  const std::string& resume_version() const { return resume_version_; }

  /// What the server answered to a write of ours. Returns it as it is kept.
  Object written(Json object);

  bool filled() const { return filled_; }
  const Store& store() const { return store_; }

 private:
  void see(Json object);
  void gone(const Key& key, std::uint64_t version);
  /// Completed and trimmed.
  Key prepare(Json& object) const;
  bool is_buried(const Key& key, std::uint64_t version) const;

  const ResourceType& type_;
  Interest interest_;
  cluster::Listener listener_;
  Store store_;
  std::string resume_version_;
  bool filled_ = false;
  bool listing_ = false;
  std::string list_version_;
  std::set<Key> unlisted_;  ///< during a list: what was there before and has not come yet
  /// Lately deleted, with the version of the end: a late answer must not bring them back.
  std::deque<std::pair<Key, std::uint64_t>> buried_;
};

}  // namespace functionmesh::kubernetes
