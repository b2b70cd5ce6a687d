#include "cluster/local/broker.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/http_connection.hpp"

namespace functionmesh::local {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// Empty when one of the endpoints takes a connection, else what is wrong with the last.
asio::awaitable<std::string> problem_of(std::vector<Endpoint> endpoints) {
  std::string problem = "no host in it";
  for (const Endpoint& endpoint : endpoints) {
    const base::Url server{.host = endpoint.host, .port = endpoint.port};
    const auto connection = co_await base::HttpConnection::open(
        server, nullptr, {}, std::chrono::steady_clock::now() + 2s);
    if (connection) {
      co_return std::string{};
    }
    // "127.0.0.1:6650: connection refused"; the URL is said already.
    const std::string& message = connection.error().message;
    const auto end_of_host = message.find(": ");
    problem = end_of_host == std::string::npos ? message : message.substr(end_of_host + 2);
  }
  co_return problem;
}

}  // namespace

std::vector<Endpoint> endpoints_of(std::string_view service_url) {
  const bool tls = service_url.starts_with("pulsar+ssl:");
  const auto scheme = service_url.find("://");
  if (scheme != std::string_view::npos) {
    service_url.remove_prefix(scheme + 3);
  }
  service_url = service_url.substr(0, service_url.find('/'));
  std::vector<Endpoint> endpoints;
  while (!service_url.empty()) {
    const auto comma = std::min(service_url.find(','), service_url.size());
    std::string_view one = service_url.substr(0, comma);
    service_url.remove_prefix(std::min(comma + 1, service_url.size()));
    std::string_view port = tls ? "6651" : "6650";
    const auto colon = one.rfind(':');
    if (colon != std::string_view::npos && one.find(']', colon) == std::string_view::npos) {
      port = one.substr(colon + 1);
      one = one.substr(0, colon);
    }
    if (one.starts_with('[') && one.ends_with(']')) {
      one = one.substr(1, one.size() - 2);
    }
    if (!one.empty()) {
      endpoints.push_back({std::string{one}, std::string{port}});
    }
  }
  return endpoints;
}

Broker::Broker(asio::any_io_executor executor, std::string url)
    : url_(std::move(url)), pause_(executor) {}

Brokers::Brokers(asio::any_io_executor executor, std::function<void()> changed)
    : executor_(std::move(executor)), changed_(std::move(changed)) {}

std::shared_ptr<const Broker> Brokers::watch(const std::string& url) {
  std::weak_ptr<Broker>& known = known_[url];
  std::shared_ptr<Broker> broker = known.lock();
  if (broker == nullptr) {
    broker = std::make_shared<Broker>(executor_, url);
    known = broker;
    asio::co_spawn(executor_, follow(broker, changed_), asio::detached);
  }
  return broker;
}

asio::awaitable<void> Brokers::follow(std::weak_ptr<Broker> watched,
                                      std::function<void()> changed) {
  while (true) {
    std::vector<Endpoint> endpoints;
    if (const auto broker = watched.lock()) {
      endpoints = endpoints_of(broker->url_);
    }
    const std::string problem = co_await problem_of(std::move(endpoints));
    // Held only between the pauses, so that it ends when the last user drops it.
    std::shared_ptr<Broker> broker = watched.lock();
    if (broker == nullptr) {
      co_return;
    }
    const auto state = problem.empty() ? Broker::State::reachable : Broker::State::unreachable;
    broker->problem_ = problem.empty() ? "" : broker->url_ + " does not answer: " + problem;
    const bool differs = broker->state_ != state;
    broker->state_ = state;
    if (differs) {
      changed();
    }
    broker->pause_.expires_after(problem.empty() ? 2s : 500ms);
    auto wait = broker->pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    broker.reset();
    co_await std::move(wait);
  }
}

}  // namespace functionmesh::local
