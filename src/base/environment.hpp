#pragma once

#include <map>
#include <string>

namespace functionmesh::base {

/// The environment that this program was started with, as it is now.
std::map<std::string, std::string> process_environment();

}  // namespace functionmesh::base
