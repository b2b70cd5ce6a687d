#pragma once

#include <optional>
#include <set>
#include <string_view>

namespace functionmesh::local {

/// Hands out ports for instances: below those that the kernel gives to outgoing connections, and
/// mostly the same one for the same name, today and tomorrow.
class Ports {
 public:
  /// A port that nobody listens on; `name` says for whom. nullopt when there is none left.
  std::optional<int> take(std::string_view name);

  void give_back(int port) { taken_.erase(port); }

  /// Whether nothing listens on it on any address of this machine.
  static bool is_free(int port);

 private:
  std::set<int> taken_;
};

}  // namespace functionmesh::local
