#pragma once

#include "api/types.hpp"

namespace functionmesh::render {

/// A container's environment. The API server refuses to apply a name twice, so of one name the
/// last entry stays, as a container would see it; $(NAME) in entries up to it means the value that
/// NAME had there, and so does afterwards (unless that came from elsewhere, by valueFrom).
class EnvList {
 public:
  void add(api::Json entry);
  void add_all(const api::JsonArray& entries);
  void set(std::string_view name, std::string_view value);
  api::JsonArray take() && { return std::move(entries_); }

 private:
  api::JsonArray entries_;
};

/// POD_NAME, of which the instance makes its number.
api::Json pod_name_env();

/// Puts `env` before the container's own variables; a variable of the container's own wins.
void prepend_env(api::Json& container, const api::StringMap& env);

}  // namespace functionmesh::render
