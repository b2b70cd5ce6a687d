#include "pulsar/package_fetcher.hpp"

#include "pulsar/admin.hpp"

namespace functionmesh::pulsar {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::Result;

Result<void> about(const std::string& location, Result<void> result) {
  if (!result) {
    result.error().message = "cannot fetch " + location + ": " + result.error().message;
  }
  return result;
}

}  // namespace

asio::awaitable<Result<void>> PackageFetcher::fetch(
    std::string location, std::filesystem::path destination,
    std::map<std::string, std::string> environment) {
  if (location.starts_with("http://") || location.starts_with("https://")) {
    base::HttpRequest request;
    request.url = location;
    co_return about(location, co_await http_.download(std::move(request), std::move(destination),
                                                      std::chrono::seconds{60}));
  }
  const auto package = PackageName::parse(location);
  if (!package) {
    co_return base::fail(Error::Code::invalid, package.error());
  }
  const bool own = environment.contains("PACKAGE_webServiceURL");
  const Access access = access_from(environment, own ? "PACKAGE_" : "");
  if (access.web_url.empty()) {
    co_return about(location,
                    base::fail(Error::Code::invalid,
                               "webServiceURL, which says where the package service is, is set "
                               "by none of the ConfigMaps that the resource refers to"));
  }
  Admin admin(access);
  co_return about(location, co_await admin.download_package(*package, std::move(destination)));
}

}  // namespace functionmesh::pulsar
