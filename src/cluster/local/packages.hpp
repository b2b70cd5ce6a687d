#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/error.hpp"
#include "cluster/local/fetcher.hpp"

namespace functionmesh::local {

/// Packages by location: fetched when first asked for, then kept, also for the next run of the
/// program. Several that ask for one at the same time share one fetch.
class Packages {
 public:
  Packages(boost::asio::any_io_executor executor, Fetcher& fetcher, std::filesystem::path folder);

  /// The package's file on this machine; its name is that of `file`.
  boost::asio::awaitable<base::Result<std::filesystem::path>> get(
      std::string location, std::filesystem::path file,
      std::map<std::string, std::string> environment);

 private:
  boost::asio::any_io_executor executor_;
  Fetcher& fetcher_;
  std::filesystem::path folder_;
  std::set<std::filesystem::path> under_way_;
};

}  // namespace functionmesh::local
