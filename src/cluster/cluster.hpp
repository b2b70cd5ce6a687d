#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"

/// What controllers see of the world: Kubernetes objects that can be read, written and watched.
///
/// Two things implement it: a Kubernetes API server, and this machine. All of it runs on one event
/// loop: call it, and expect calls from it, on the loop's thread only.
namespace functionmesh::cluster {

namespace asio = boost::asio;
using base::Json;
using base::Result;

/// Which object. Kinds are unique among those we deal with ("StatefulSet", "Function", "Pod").
struct Key {
  std::string kind;
  std::string namespace_;
  std::string name;

  auto operator<=>(const Key&) const = default;
};

/// "StatefulSet/default/enrich-function".
std::string to_string(const Key& key);
Key key_of(const Json& object);

/// One version of an object; never changes, shared between those that look at it.
using Object = std::shared_ptr<const Json>;

enum class Change { added, modified, deleted };

/// Called for each change of an object, on the event loop, after the change is readable.
using Listener = std::function<void(Change, const Object&)>;

/// What a user should know about an object ("kubectl describe" shows it).
struct Event {
  Key about;
  std::string type;    ///< "Normal" or "Warning"
  std::string reason;  ///< one CamelCase word for programs
  std::string message;
};

struct Selector {
  std::string kind;
  std::string namespace_{};                     ///< empty: all
  std::map<std::string, std::string> labels{};  ///< all of these; empty: any
  std::string name_prefix{};                    ///< needs a namespace; empty: any
  std::string owner{};                          ///< uid in metadata.ownerReferences; empty: any
};

class Cluster {
 public:
  virtual ~Cluster() = default;

  /// Error::Code::not_found when there is none.
  virtual asio::awaitable<Result<Object>> get(Key key) = 0;

  /// In the order of namespace and name.
  virtual asio::awaitable<Result<std::vector<Object>>> list(Selector selector) = 0;

  /// Server-side apply as field manager "functionmesh", forced: creates the object or changes it so
  /// that it has exactly the fields given here besides those of other managers. With
  /// metadata.resourceVersion or metadata.uid it fails with `conflict` for another version or
  /// object. Returns the object as it is afterwards; nothing is written when nothing differs.
  virtual asio::awaitable<Result<Object>> apply(Json object) = 0;

  /// For an object that another program made: what that one set in .spec by plain writes (not by an
  /// apply of its own) counts as applied by us, so that the next apply() drops what it does not
  /// have. Changes no value.
  virtual asio::awaitable<Result<void>> take_over(Key key) = 0;

  /// RFC 7396 merge patch; metadata.resourceVersion in it makes it conditional.
  virtual asio::awaitable<Result<Object>> patch(Key key, Json merge_patch) = 0;

  /// Replaces .status, only if the object still has this resource version.
  virtual asio::awaitable<Result<Object>> write_status(Key key, Json status,
                                                       std::string resource_version) = 0;

  /// Deletes in the background; dependants follow by owner reference. With a uid, only that very
  /// object. An object with finalizers gets a deletionTimestamp and stays. Absent: not_found.
  virtual asio::awaitable<Result<void>> remove(Key key, std::string uid = {}) = 0;

  /// Best effort; repeated events are counted together.
  virtual void record(Event event) = 0;

  /// Calls `listener` for every object of the kind there is (as added) and from then on for each
  /// change, for as long as the Cluster lives.
  virtual void watch(std::string kind, Listener listener) = 0;
};

}  // namespace functionmesh::cluster
