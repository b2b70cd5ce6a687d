#pragma once

#include "render/connection.hpp"
#include "render/runtime.hpp"

namespace functionmesh::render {

/// JSON objects of which no two have the same value in one member: the first one counts.
class UniqueList {
 public:
  explicit UniqueList(std::string_view key) : key_(key) {}

  void add(api::Json object);
  void add_all(const api::JsonArray& objects);
  bool has(std::string_view value) const;
  api::JsonArray take() && { return std::move(objects_); }

 private:
  std::string_view key_;
  api::JsonArray objects_;
};

struct MountList : UniqueList {
  MountList() : UniqueList("mountPath") {}
};

struct VolumeList : UniqueList {
  VolumeList() : UniqueList("name") {}
};

/// Certificate and OAuth2 key of one cluster.
void add_connection_mounts(MountList& mounts, const Connection& connection);
void add_connection_volumes(VolumeList& volumes, const Connection& connection);

/// The ConfigMap and Secrets of one cluster as environment of a container.
api::JsonArray env_from(const Connection& connection);

/// The same for the messaging cluster and then the package cluster, if that is another.
api::JsonArray env_from_all(const api::ComponentSpec& spec);

api::JsonArray main_mounts(const Context& context);
api::JsonArray filebeat_mounts(const api::ComponentSpec& spec);
api::JsonArray pod_volumes(const Context& context);

/// What the clean-up needs: the user's own, and files of cleanup_connection().
api::JsonArray cleanup_mounts(const api::Component& component);
api::JsonArray cleanup_volumes(const api::Component& component);

}  // namespace functionmesh::render
