#pragma once

#include <string>

#include "base/json.hpp"

namespace functionmesh::reconcile {

/// 16 hex digits, equal for equal values in whatever order their members are (FNV-1a of the
/// canonical text). It tells whether something changed; it does not protect anything.
std::string fingerprint(const base::Json& value);

}  // namespace functionmesh::reconcile
