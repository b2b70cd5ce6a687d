#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace functionmesh::local {

/// A host and port that answers for a broker.
struct Endpoint {
  std::string host;
  std::string port;

  bool operator==(const Endpoint&) const = default;
};

/// The endpoints of a service URL such as pulsar://a:6650,b:6650 or pulsar+ssl://c; the ports that
/// are left out are 6650 and 6651.
std::vector<Endpoint> endpoints_of(std::string_view service_url);

/// One broker (or several behind one URL) and whether it takes connections.
class Broker {
 public:
  enum class State { unknown, reachable, unreachable };

  Broker(boost::asio::any_io_executor executor, std::string url);

  const std::string& url() const { return url_; }
  State state() const { return state_; }
  /// "pulsar://127.0.0.1:6650 does not answer: connection refused"; empty when it does.
  const std::string& problem() const { return problem_; }

 private:
  friend class Brokers;
  std::string url_;
  State state_ = State::unknown;
  std::string problem_;
  boost::asio::steady_timer pause_;
};

/// Looks every two seconds whether the brokers in use answer; twice a second at one that does not.
class Brokers {
 public:
  /// `changed` is called when the state of one has become another.
  Brokers(boost::asio::any_io_executor executor, std::function<void()> changed);

  /// The broker at `url`, watched for as long as somebody holds it.
  std::shared_ptr<const Broker> watch(const std::string& url);

 private:
  static boost::asio::awaitable<void> follow(std::weak_ptr<Broker> watched,
                                             std::function<void()> changed);

  boost::asio::any_io_executor executor_;
  std::function<void()> changed_;
  std::map<std::string, std::weak_ptr<Broker>> known_;
};

}  // namespace functionmesh::local
