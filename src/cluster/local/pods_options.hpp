#pragma once

#include <filesystem>
#include <vector>

namespace functionmesh::local {

struct PodsOptions {
  std::filesystem::path state_folder;  ///< pods/<namespace>/<pod>/, packages/, files/ below it
  std::filesystem::path runner_home;   ///< a Pulsar distribution: lib, instances, conf, bin
  std::filesystem::path python;        ///< an interpreter with pulsar-client[functions]
  std::vector<std::filesystem::path> search_folders;  ///< where function files are looked up
};

}  // namespace functionmesh::local
