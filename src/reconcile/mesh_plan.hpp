#pragma once

#include <map>
#include <set>
#include <vector>

#include "base/clock.hpp"
#include "reconcile/write.hpp"
#include "render/render.hpp"

namespace functionmesh::reconcile {

using cluster::Object;

/// All that decides about one FunctionMesh, read at one time.
struct MeshView {
  Object mesh;
  std::map<Key, Object> components;  ///< its children, and others that bear the names of such
  std::map<std::string, base::Error> unreadable;  ///< kind -> why we may not read it
  base::TimePoint now;
};

/// An entry of the mesh and the object that is made of it.
struct MeshPart {
  api::Kind kind = api::Kind::function;
  std::string entry;       ///< its name in the mesh
  Key key;                 ///< of the child
  std::string name_taken;  ///< why there cannot be such a child; empty when there can
};

/// What is to be done about a mesh, in this order.
struct MeshPlan {
  std::vector<MeshPart> parts;  ///< functions, sources, sinks as the mesh names them
  std::vector<Write> changes;
  std::string problem;  ///< why nothing can be done for the mesh as it stands
};

/// What the children of a mesh are called, as far as its spec can be read.
std::vector<Key> child_keys(const Json& mesh);

/// Pure. A child follows its entry, but keeps the replicas that somebody else gave it (an
/// autoscaler, `kubectl scale`) until the entry's own replicas, minReplicas or maxReplicas change.
/// Children of entries that are gone are removed; a renamed entry is another one. A child that
/// another operator made keeps its spec as long as that says the same as its entry.
MeshPlan plan_mesh(const MeshView& view, const render::Settings& settings);

/// The status of a mesh; `view` is how things are after the plan was carried out. Pure.
Json mesh_status(const MeshView& view, const MeshPlan& plan,
                 const std::optional<base::Error>& failure);

}  // namespace functionmesh::reconcile
