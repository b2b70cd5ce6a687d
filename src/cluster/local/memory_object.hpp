#pragma once

#include <set>
#include <string>

#include "base/error.hpp"
#include "cluster/cluster.hpp"

/// What an API server expects of every object and owns in it, whatever its kind.
namespace functionmesh::local {

using base::Json;

/// `invalid` with the field's path for an object that no API server would take.
base::Result<void> check_object(const Json& object);

/// Fills in the namespace "default".
cluster::Key with_namespace(cluster::Key key);

/// Makes what belongs to the server in `changed` as it is in `live`: apiVersion, kind, status, and
/// in metadata name, namespace, uid, versions and times. What `live` does not have is taken out.
void keep_server_fields(Json& changed, const Json& live);

/// True when something but metadata and status differs: a new generation.
bool spec_differs(const Json& before, const Json& now);

/// The uids of an object's owners.
std::set<std::string> owners_of(const Json& object);

bool has_finalizers(const Json& object);

}  // namespace functionmesh::local
