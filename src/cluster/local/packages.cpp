#include "cluster/local/packages.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cluster/local/text_hash.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using base::Error;

Packages::Packages(asio::any_io_executor executor, Fetcher& fetcher, fs::path folder)
    : executor_(std::move(executor)), fetcher_(fetcher), folder_(std::move(folder)) {}

asio::awaitable<base::Result<fs::path>> Packages::get(
    std::string location, fs::path file, std::map<std::string, std::string> environment) {
  // The same package name in another cluster is another package.
  const auto value = [&environment](const char* name) {
    const auto found = environment.find(name);  // not []: the fetcher asks what is set
    return found == environment.end() ? std::string{} : found->second;
  };
  const auto key =
      text_hash(value("webServiceURL") + " " + value("PACKAGE_webServiceURL"), text_hash(location));
  const fs::path destination = folder_ / hex(key) / file.filename();
  asio::steady_timer pause(executor_);
  while (under_way_.contains(destination)) {
    pause.expires_after(std::chrono::milliseconds{50});
    co_await pause.async_wait(asio::use_awaitable);
  }
  std::error_code error;
  if (fs::exists(destination, error)) {
    co_return destination;
  }
  fs::create_directories(destination.parent_path(), error);
  if (error) {
    co_return base::fail(Error::Code::unavailable,
                         destination.parent_path().string() + ": " + error.message());
  }
  under_way_.insert(destination);
  auto fetched = co_await fetcher_.fetch(std::move(location), destination, std::move(environment));
  under_way_.erase(destination);
  if (!fetched) {
    co_return std::unexpected(std::move(fetched.error()));
  }
  co_return destination;
}

}  // namespace functionmesh::local
