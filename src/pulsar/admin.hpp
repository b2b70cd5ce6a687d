#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/http.hpp"
#include "base/json.hpp"
#include "pulsar/access.hpp"
#include "pulsar/package_name.hpp"
#include "pulsar/topic.hpp"
#include "pulsar/topic_stats.hpp"

namespace functionmesh::pulsar {

/// What the package service keeps beside a package's bytes.
struct PackageMetadata {
  std::string description;
  std::string contact;
  std::map<std::string, std::string> properties;
};

/// A Pulsar cluster's admin API over HTTP.
///
/// Codes of errors: not_found, already_exists, forbidden (also: not authenticated), invalid, and
/// unavailable for a cluster that cannot be reached or does not answer now. Their messages name the
/// cluster's address, never a credential. When the URL has several hosts they are tried in turn.
/// The object must outlive what it has under way.
class Admin {
 public:
  explicit Admin(Access access, std::chrono::milliseconds timeout = std::chrono::seconds{10});

  /// Whether a broker is up and ready to serve.
  boost::asio::awaitable<base::Result<void>> healthy();

  boost::asio::awaitable<base::Result<void>> ensure_tenant(std::string tenant);
  /// Makes the namespace and its tenant if they are missing.
  boost::asio::awaitable<base::Result<void>> ensure_namespace(std::string tenant, std::string name);

  /// Full names; partitions one by one.
  boost::asio::awaitable<base::Result<std::vector<std::string>>> topics(std::string tenant,
                                                                        std::string name);
  /// Of a topic, of one partition, or of a partitioned topic as a whole.
  boost::asio::awaitable<base::Result<TopicStats>> topic_stats(Topic topic);
  /// Even while it has producers and consumers.
  boost::asio::awaitable<base::Result<void>> delete_topic(Topic topic);
  boost::asio::awaitable<base::Result<void>> delete_subscription(Topic topic, std::string name,
                                                                 bool even_in_use = false);

  boost::asio::awaitable<base::Result<void>> upload_package(PackageName package,
                                                            PackageMetadata metadata,
                                                            std::filesystem::path file);
  boost::asio::awaitable<base::Result<void>> download_package(PackageName package,
                                                              std::filesystem::path file);
  boost::asio::awaitable<base::Result<void>> delete_package(PackageName package);
  /// The names of a type ("function") in a namespace.
  boost::asio::awaitable<base::Result<std::vector<std::string>>> packages(std::string type,
                                                                          std::string tenant,
                                                                          std::string name);
  /// The versions there are of a package.
  boost::asio::awaitable<base::Result<std::vector<std::string>>> package_versions(
      PackageName package);

 private:
  struct Call {
    std::string method;
    std::string path;  ///< below the address: "/admin/v2/..."
    std::string content_type{};
    std::string body{};
    std::chrono::milliseconds timeout{0};  ///< 0: the usual one
  };

  /// The answer's body for a status below 300, else an error.
  boost::asio::awaitable<base::Result<std::string>> call(Call call);
  boost::asio::awaitable<base::Result<std::vector<std::string>>> names(std::string path);
  base::Result<base::HttpRequest> request(const Call& call, const std::string& address) const;

  Access access_;
  std::chrono::milliseconds timeout_;
  base::HttpClient http_;
};

}  // namespace functionmesh::pulsar
