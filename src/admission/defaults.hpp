#pragma once

#include "api/types.hpp"

namespace functionmesh::admission {

using base::Json;
using base::JsonArray;

/// The defaults that `object` (a resource of one of the five kinds) lacks, as operations of a JSON
/// patch (RFC 6902) on it. Only absent members are added: nothing that is there is touched.
/// `previous` is the stored object on an update, else nullptr.
///
/// Left out are defaults that follow from other fields (resources, window intervals): written down
/// they would stay, and be wrong, when the field that they follow from is edited. So would those of
/// the entries of a FunctionMesh, whose lists are applied as a whole; its children get them.
JsonArray missing_defaults(const Json& object, const Json* previous);

}  // namespace functionmesh::admission
