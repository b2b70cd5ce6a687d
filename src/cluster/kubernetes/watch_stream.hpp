#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"

namespace functionmesh::kubernetes {

/// One line of a watch: {"type": "MODIFIED", "object": {...}}.
struct WatchEvent {
  enum class Type { added, modified, deleted, bookmark, error };
  Type type = Type::error;
  base::Json object;  ///< for an error the server's Status
};

/// Cuts what a watch sends into its events. Knows no connection: feed it pieces of any size.
class WatchStream {
 public:
  using Taker = std::function<base::Result<void>(WatchEvent)>;

  explicit WatchStream(Taker taker) : taker_{std::move(taker)} {}

  /// Hands each complete event on. Fails with the taker's error, or when a line is no event; an
  /// event of a type that we do not know is skipped.
  base::Result<void> feed(std::string_view bytes);

 private:
  base::Result<void> take(std::string_view line);

  Taker taker_;
  std::string unfinished_;
};

}  // namespace functionmesh::kubernetes
