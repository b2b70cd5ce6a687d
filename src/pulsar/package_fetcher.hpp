#pragma once

#include "base/http.hpp"
#include "cluster/local/fetcher.hpp"

namespace functionmesh::pulsar {

/// Fetches http(s):// from there, and function://, sink://, source:// from the package service of
/// the Pulsar cluster that the environment names: PACKAGE_webServiceURL if it is set, else
/// webServiceURL, each with the authentication and TLS variables of the same prefix.
class PackageFetcher final : public local::Fetcher {
 public:
  boost::asio::awaitable<base::Result<void>> fetch(
      std::string location, std::filesystem::path destination,
      std::map<std::string, std::string> environment) override;

 private:
  base::HttpClient http_;
};

}  // namespace functionmesh::pulsar
