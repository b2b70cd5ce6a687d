#pragma once

#include <optional>
#include <string>

#include "cluster/cluster.hpp"

namespace functionmesh::reconcile {

using base::Json;
using cluster::Key;

/// What a user is told about the resource that is reconciled.
struct Note {
  std::string type;  ///< "Normal" or "Warning"
  std::string reason;
  std::string message;
};

/// One write that a decision asks for. Decisions make them, controllers carry them out in order.
struct Write {
  enum class How { apply, patch, remove };

  How how = How::apply;
  Key key;
  Json body;                 ///< the object that is applied, or the merge patch
  bool take_over = false;    ///< apply: what others set and `body` does not have goes, too
  std::string uid;           ///< remove: this very object
  std::optional<Note> note;  ///< recorded about the resource once it is done
};

inline Note normal(std::string reason, std::string message) {
  return {"Normal", std::move(reason), std::move(message)};
}

inline Note warning(std::string reason, std::string message) {
  return {"Warning", std::move(reason), std::move(message)};
}

}  // namespace functionmesh::reconcile
