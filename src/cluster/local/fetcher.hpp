#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "base/error.hpp"

namespace functionmesh::local {

/// Brings a function's package to this machine: http(s)://, function://, source://, sink://.
///
/// `environment` is the container's environment (webServiceURL, clientAuthenticationPlugin, ...),
/// which says where the package service is and how to authenticate there.
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  virtual boost::asio::awaitable<base::Result<void>> fetch(
      std::string location, std::filesystem::path destination,
      std::map<std::string, std::string> environment) = 0;
};

}  // namespace functionmesh::local
