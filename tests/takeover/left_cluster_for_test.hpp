#pragma once

#include <fstream>
#include <sstream>

#include "reconcile/world_for_test.hpp"

namespace functionmesh::reconcile {

/// The cluster that the reference operator left, recorded from a real API server, with pods that
/// run and no operator.
class LeftCluster : public World {
 protected:
  LeftCluster() {
    stop_manager();
    std::ifstream file{"tests/conformance/takeover/live.json"};
    std::stringstream text;
    text << file.rdbuf();
    const Json list = json(text.str());
    for (const Json& object : list.at("items").get_array()) {
      cluster.load(object);
    }
    settle();  // the nodes report
  }

  static Key in_streams(std::string kind, std::string name) {
    return {std::move(kind), "streams", std::move(name)};
  }

  static Key function_in_streams(std::string name) {
    return in_streams("Function", std::move(name));
  }
};

}  // namespace functionmesh::reconcile
