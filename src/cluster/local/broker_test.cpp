#include "cluster/local/broker.hpp"

#include <boost/asio/ip/tcp.hpp>

#include "cluster/local/loop_for_tests.hpp"

namespace functionmesh::local {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

TEST(Broker, ReadsServiceUrls) {
  struct {
    std::string url;
    std::vector<Endpoint> endpoints;
  } const cases[] = {
      {"pulsar://127.0.0.1:6650", {{"127.0.0.1", "6650"}}},
      {"pulsar+ssl://broker", {{"broker", "6651"}}},
      {"pulsar://a:1,b/", {{"a", "1"}, {"b", "6650"}}},
      {"pulsar://[::1]:7000,[::2]", {{"::1", "7000"}, {"::2", "6650"}}},
      {"", {}},
      {"pulsar://", {}},
  };
  for (const auto& [url, endpoints] : cases) {
    EXPECT_EQ(endpoints_of(url), endpoints) << url;
  }
}

TEST(Broker, TellsWhenABrokerGoesAndComesBack) {
  asio::io_context loop;
  run(loop, [&]() -> asio::awaitable<void> {
    int changes = 0;
    Brokers brokers(loop.get_executor(), [&] { ++changes; });
    tcp::acceptor first(loop, {asio::ip::address_v4::loopback(), 0});
    const auto address = first.local_endpoint();
    first.close();
    const auto url = "pulsar://127.0.0.1:" + std::to_string(address.port());
    const auto broker = brokers.watch(url);
    EXPECT_EQ(brokers.watch(url), broker);
    EXPECT_TRUE(
        co_await eventually(loop, [&] { return broker->state() == Broker::State::unreachable; }));
    EXPECT_EQ(broker->problem(), url + " does not answer: connection refused");
    tcp::acceptor second(loop, address);
    EXPECT_TRUE(
        co_await eventually(loop, [&] { return broker->state() == Broker::State::reachable; }));
    EXPECT_EQ(broker->problem(), "");
    EXPECT_EQ(changes, 2);
  }());
}

TEST(Broker, IsNotWatchedWhenNobodyHoldsIt) {
  asio::io_context loop;
  run(loop, [&]() -> asio::awaitable<void> {
    Brokers brokers(loop.get_executor(), [] {});
    brokers.watch("pulsar://127.0.0.1:1");
    co_return;
  }());
  loop.restart();
  const auto begin = std::chrono::steady_clock::now();
  loop.run_for(std::chrono::seconds{5});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{1});
}

}  // namespace
}  // namespace functionmesh::local
