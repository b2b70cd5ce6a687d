#include "pulsar/admin.hpp"

#include <fstream>
#include <sstream>

#include "base/url.hpp"

namespace functionmesh::pulsar {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::fail;
using base::Json;
using base::Result;
using base::url_encode;

Error::Code code_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return Error::Code::forbidden;
    case 404:
      return Error::Code::not_found;
    case 409:
      return Error::Code::already_exists;
    case 400:
    case 405:
    case 412:
    case 413:
    case 422:
      return Error::Code::invalid;
    default:
      return status >= 500 ? Error::Code::unavailable : Error::Code::internal;
  }
}

/// The reason that a broker gives in JSON, else the first line of what it said.
std::string reason_of(const std::string& body) {
  if (const auto json = base::parse_json(body)) {
    const auto reason = base::text_at(*json, {"reason"});
    if (!reason.empty()) {
      return std::string(reason);
    }
  }
  if (body.empty() || body.starts_with('<')) {
    return {};
  }
  return body.substr(0, std::min<std::size_t>(body.find('\n'), 300));
}

Error refused(const std::string& address, int status, const std::string& body, bool authenticated) {
  const std::string reason = reason_of(body);
  std::string message = "Pulsar at " + address + " answered " + std::to_string(status);
  if (!reason.empty()) {
    message += ": " + reason;
  } else if (status == 401) {
    message +=
        authenticated ? ": it does not accept the authentication" : ": it asks for authentication";
  }
  return {code_of(status), message};
}

std::string package_path(const PackageName& package) {
  return "/admin/v3/packages/" + url_encode(package.type) + "/" + url_encode(package.tenant) + "/" +
         url_encode(package.namespace_) + "/" + url_encode(package.name);
}

std::string version_path(const PackageName& package) {
  return package_path(package) + "/" + url_encode(package.version);
}

std::string metadata_json(const PackageMetadata& metadata) {
  base::JsonObject properties;
  for (const auto& [name, value] : metadata.properties) {
    properties[name] = value;
  }
  return base::write_json(base::JsonObject{{"description", metadata.description},
                                           {"contact", metadata.contact},
                                           {"properties", std::move(properties)}});
}

/// A boundary that the content does not have.
std::string boundary_for(std::string_view content) {
  std::string boundary = "functionmesh-part";
  for (int number = 0; content.contains(boundary); ++number) {
    boundary = "functionmesh-part-" + std::to_string(number);
  }
  return boundary;
}

bool is_missing(const Result<void>& result) {
  return !result && result.error().code == Error::Code::not_found;
}

template <typename T>
Result<void> done(const Result<T>& result) {
  return result ? Result<void>{} : std::unexpected(result.error());
}

Result<void> done_or_there(const Result<std::string>& result) {
  const bool there = !result && result.error().code == Error::Code::already_exists;
  return there ? Result<void>{} : done(result);
}

}  // namespace

Admin::Admin(Access access, std::chrono::milliseconds timeout)
    : access_(std::move(access)), timeout_(timeout), http_(access_.tls) {}

Result<base::HttpRequest> Admin::request(const Call& call, const std::string& address) const {
  const auto credentials = authorization(access_);
  if (!credentials) {
    return std::unexpected(credentials.error());
  }
  base::HttpRequest request{.method = call.method,
                            .url = address + call.path,
                            .headers = {{"Accept", "*/*"}},
                            .body = call.body,
                            // A broker sends requests on to the one that serves the topic.
                            .keep_credentials = true};
  if (!credentials->empty()) {
    request.headers.emplace_back("Authorization", *credentials);
  }
  if (!call.content_type.empty()) {
    request.headers.emplace_back("Content-Type", call.content_type);
  }
  return request;
}

asio::awaitable<Result<std::string>> Admin::call(Call call) {
  if (access_.web_url.empty()) {
    co_return fail(Error::Code::invalid, "the Pulsar cluster's webServiceURL is not known");
  }
  Error last;
  for (const std::string& address : web_addresses(access_)) {
    auto made = request(call, address);
    if (!made) {
      co_return std::unexpected(made.error());
    }
    const auto timeout = call.timeout.count() > 0 ? call.timeout : timeout_;
    auto answer = co_await http_.send(std::move(*made), timeout);
    if (answer && answer->status < 300) {
      co_return std::move(answer->body);
    }
    last = answer ? refused(address, answer->status, answer->body, !access_.auth_plugin.empty())
                  : Error{answer.error().code,
                          "cannot reach Pulsar's web service: " + answer.error().message};
    if (last.code != Error::Code::unavailable) {
      break;
    }
  }
  co_return std::unexpected(std::move(last));
}

asio::awaitable<Result<std::vector<std::string>>> Admin::names(std::string path) {
  const auto body = co_await call({.method = "GET", .path = std::move(path)});
  if (!body) {
    co_return std::unexpected(body.error());
  }
  const auto json = base::parse_json(*body);
  if (!json || !json->is_array()) {
    co_return fail(Error::Code::unavailable, "expected a JSON list of names from Pulsar at " +
                                                 access_.web_url + ": is it Pulsar's web service?");
  }
  std::vector<std::string> result;
  for (const Json& name : json->as_array()) {
    if (name.is_string()) {
      result.emplace_back(name.as_string());
    }
  }
  co_return result;
}

asio::awaitable<Result<void>> Admin::healthy() {
  auto ready = done(co_await call({.method = "GET", .path = "/admin/v2/brokers/ready"}));
  if (is_missing(ready)) {  // before 2.11
    ready = done(co_await call({.method = "GET", .path = "/admin/v2/clusters"}));
  }
  co_return ready;
}

asio::awaitable<Result<void>> Admin::ensure_tenant(std::string tenant) {
  const std::string path = "/admin/v2/tenants/" + url_encode(tenant);
  const auto there = done(co_await call({.method = "GET", .path = path}));
  if (!is_missing(there)) {
    co_return there;
  }
  const auto clusters = co_await names("/admin/v2/clusters");
  if (!clusters) {
    co_return std::unexpected(clusters.error());
  }
  base::JsonArray allowed(clusters->begin(), clusters->end());
  std::string body = base::write_json(
      base::JsonObject{{"adminRoles", base::JsonArray{}}, {"allowedClusters", std::move(allowed)}});
  co_return done_or_there(co_await call({.method = "PUT",
                                         .path = path,
                                         .content_type = "application/json",
                                         .body = std::move(body)}));
}

asio::awaitable<Result<void>> Admin::ensure_namespace(std::string tenant, std::string name) {
  if (auto ensured = co_await ensure_tenant(tenant); !ensured) {
    co_return ensured;
  }
  const std::string path = "/admin/v2/namespaces/" + url_encode(tenant) + "/" + url_encode(name);
  const auto there = done(co_await call({.method = "GET", .path = path}));
  if (!is_missing(there)) {
    co_return there;
  }
  co_return done_or_there(co_await call({.method = "PUT", .path = path}));
}

asio::awaitable<Result<std::vector<std::string>>> Admin::topics(std::string tenant,
                                                                std::string name) {
  return names("/admin/v2/persistent/" + url_encode(tenant) + "/" + url_encode(name));
}

asio::awaitable<Result<TopicStats>> Admin::topic_stats(Topic topic) {
  const std::string path = "/admin/v2/" + admin_path(topic);
  auto body = co_await call({.method = "GET", .path = path + "/stats"});
  if (!body && body.error().code == Error::Code::not_found && !topic.partition()) {
    auto partitioned =
        co_await call({.method = "GET", .path = path + "/partitioned-stats?perPartition=false"});
    if (partitioned) {
      body = std::move(partitioned);
    }
  }
  if (!body) {
    co_return std::unexpected(body.error());
  }
  const auto json = base::parse_json(*body);
  co_return json ? parse_topic_stats(*json)
                 : fail(Error::Code::unavailable,
                        "cannot read the statistics of " + to_string(topic) + ": " + json.error());
}

asio::awaitable<Result<void>> Admin::delete_topic(Topic topic) {
  const std::string path = "/admin/v2/" + admin_path(topic);
  const auto partitioned =
      done(co_await call({.method = "DELETE", .path = path + "/partitions?force=true"}));
  if (partitioned) {
    co_return partitioned;
  }
  co_return done(co_await call({.method = "DELETE", .path = path + "?force=true"}));
}

asio::awaitable<Result<void>> Admin::delete_subscription(Topic topic, std::string name,
                                                         bool even_in_use) {
  co_return done(co_await call({.method = "DELETE",
                                .path = "/admin/v2/" + admin_path(topic) + "/subscription/" +
                                        url_encode(name) + (even_in_use ? "?force=true" : "")}));
}

asio::awaitable<Result<void>> Admin::upload_package(PackageName package, PackageMetadata metadata,
                                                    std::filesystem::path file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream content;
  content << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file)) {
    co_return fail(Error::Code::not_found, "cannot read " + file.string());
  }
  const std::string bytes = std::move(content).str();
  const std::string about = metadata_json(metadata);
  const std::string boundary = boundary_for(bytes + about);
  const std::string head = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
  std::string body = head + "\"metadata\"\r\nContent-Type: application/json\r\n\r\n" + about +
                     "\r\n" + head + "\"file\"; filename=\"package\"\r\n" +
                     "Content-Type: application/octet-stream\r\n\r\n";
  body += bytes;
  body += "\r\n--" + boundary + "--\r\n";
  co_return done(co_await call({.method = "POST",
                                .path = version_path(package),
                                .content_type = "multipart/form-data; boundary=" + boundary,
                                .body = std::move(body),
                                .timeout = std::chrono::minutes{5}}));
}

asio::awaitable<Result<void>> Admin::download_package(PackageName package,
                                                      std::filesystem::path file) {
  Error last{Error::Code::invalid, "the Pulsar cluster's webServiceURL is not known"};
  for (const std::string& address : web_addresses(access_)) {
    if (address.empty()) {
      break;
    }
    auto made = request({.method = "GET", .path = version_path(package)}, address);
    if (!made) {
      co_return std::unexpected(made.error());
    }
    // The broker reads the package from its storage before the first byte comes.
    auto downloaded = co_await http_.download(std::move(*made), file, std::chrono::seconds{60});
    if (downloaded || downloaded.error().code != Error::Code::unavailable) {
      co_return downloaded;
    }
    last = std::move(downloaded.error());
  }
  co_return std::unexpected(std::move(last));
}

asio::awaitable<Result<void>> Admin::delete_package(PackageName package) {
  co_return done(co_await call({.method = "DELETE", .path = version_path(package)}));
}

asio::awaitable<Result<std::vector<std::string>>> Admin::packages(std::string type,
                                                                  std::string tenant,
                                                                  std::string name) {
  return names("/admin/v3/packages/" + url_encode(type) + "/" + url_encode(tenant) + "/" +
               url_encode(name));
}

asio::awaitable<Result<std::vector<std::string>>> Admin::package_versions(PackageName package) {
  return names(package_path(package));
}

}  // namespace functionmesh::pulsar
