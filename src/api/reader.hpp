#pragma once

#include "api/fields.hpp"
#include "api/path.hpp"
#include "api/resource.hpp"

namespace functionmesh::api {

/// Reads `given` into the struct at `target`, which is the one that `record` describes, as a
/// resource of these kinds has it. What does not fit is left out and is an error with its path,
/// unknown fields are warnings; the rest is read all the same.
void read_record(const Record& record, void* target, const JsonObject& given, const Path& path,
                 Kinds kinds, Problems& problems);

}  // namespace functionmesh::api
