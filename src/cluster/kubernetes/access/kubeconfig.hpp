#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/kubernetes/access/access.hpp"

namespace functionmesh::kubernetes {

struct KubeconfigFile {
  std::filesystem::path path;
  std::string text;
};

/// What a context says of how a server is reached; `context` empty: the current one. Of several
/// files the first that has a cluster, user, context or the current context counts, as with
/// kubectl; relative paths are relative to the file they stand in.
///
/// Everything is checked that can be without asking the server. Every error begins with file, line
/// and field, and says what was expected or what to do: `invalid`, or `forbidden` for what proves
/// who we are.
Result<Access> access_of(const std::vector<KubeconfigFile>& files, std::string_view context,
                         const base::Clock& clock);

}  // namespace functionmesh::kubernetes
