#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace functionmesh::reconcile {

using base::Json;

/// A member of this name that is an object (a list, as an API server has it, is none) is compared
/// without tolerance: what meaning.hpp makes of a container's script.
inline constexpr std::string_view kScriptMember = "command";

/// The paths at which `live` does not have what `desired` asks for, in the order of `desired`:
/// "spec.template.spec.containers[pulsar-function].image". Never a value: those may be secrets.
///
/// Tolerant of what an API server does to an object: what `desired` does not name may be there, in
/// list elements too; a member that is empty in `desired` (null, {}, [], "", false) may be absent;
/// amounts may be written otherwise (1 and "1000m"); zeros in probes stand for defaults. Lists that
/// the API server reads as maps (containers, env, ports, volumes, ...) are compared by key in any
/// order; an element that `desired` does not have is a difference.
std::vector<std::string> differing_paths(const Json& live, const Json& desired);

/// The first few of them as one line for people; empty when there are none.
std::string summary_of(const std::vector<std::string>& paths);

}  // namespace functionmesh::reconcile
