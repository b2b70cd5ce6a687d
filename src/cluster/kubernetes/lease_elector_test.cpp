#include "cluster/kubernetes/lease_elector.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/http_test_server.hpp"
#include "base/log.hpp"

namespace functionmesh::kubernetes {
namespace {

using namespace std::chrono_literals;
using base::HttpTestServer;
using base::Json;
using Answer = HttpTestServer::Answer;

/// Quick enough for a test; whole seconds are all that a Lease can say.
constexpr LeaseTimes kTimes{.duration = 1s,
                            .renew_deadline = 600ms,
                            .renew_every = 150ms,
                            .look_every = 100ms,
                            .retry_every = 50ms};

/// Keeps one Lease as an API server does: with versions that writes have to know.
class LeaseServer {
 public:
  explicit LeaseServer(asio::io_context& loop)
      : server_{loop, [this](const std::string& request) { return answer(request); }} {}

  Access access() const {
    return {.server = base::parse_url(server_.url()).value(),
            .ca_pem = {},
            .server_name = {},
            .default_namespace = {},
            .description = {},
            .credentials = nullptr};
  }

  int refuse = 0;  ///< answer with this status
  std::optional<Json> lease;
  std::vector<std::string> writes;

  void overwrite_holder(const std::string& name) {
    lease->at("spec").as_object()["holderIdentity"] = name;
    lease->at("metadata").as_object()["resourceVersion"] = std::to_string(++version_);
  }

  std::string holder() const {
    return std::string{lease ? base::text_at(*lease, {"spec", "holderIdentity"}) : ""};
  }

 private:
  Answer answer(const std::string& request) {
    if (refuse != 0) {
      return HttpTestServer::reply(refuse, R"({"kind":"Status","message":"refused"})");
    }
    const bool is_get = request.starts_with("GET ");
    const bool is_create = request.starts_with("POST ");
    if (is_get) {
      return lease ? HttpTestServer::reply(200, base::write_json(*lease))
                   : HttpTestServer::reply(404, "{}");
    }
    const Json body = base::parse_json(request.substr(request.find("\r\n\r\n") + 4)).value();
    const auto version = base::text_at(body, {"metadata", "resourceVersion"});
    if (is_create && lease) {
      return HttpTestServer::reply(409, R"({"kind":"Status","reason":"AlreadyExists"})");
    }
    if (!is_create && (!lease || version != std::to_string(version_))) {
      return HttpTestServer::reply(lease ? 409 : 404, R"({"kind":"Status","reason":"Conflict"})");
    }
    lease = body;
    (*lease).at("metadata").as_object()["resourceVersion"] = std::to_string(++version_);
    writes.push_back(holder());
    return HttpTestServer::reply(is_create ? 201 : 200, base::write_json(*lease));
  }

  int version_ = 0;
  HttpTestServer server_;
};

/// One that takes part.
struct Candidate {
  Candidate(asio::io_context& on, LeaseServer& server, std::string name)
      : loop{on},
        elector{loop.get_executor(),
                server.access(),
                {.namespace_ = "ns", .name = "l", .identity = std::move(name), .times = kTimes},
                clock,
                {.leads = [this](SteadyTime until) { leads_until = until; },
                 .lost =
                     [this] {
                       leads_until = {};
                       ++losses;
                     }}} {
    asio::co_spawn(loop, elector.run(), [this](const std::exception_ptr&) { ended = true; });
  }
  ~Candidate() {
    elector.stop();
    while (!ended) {
      loop.restart();
      loop.run_one_for(10ms);
    }
  }
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  bool leads() const { return std::chrono::steady_clock::now() < leads_until; }

  asio::io_context& loop;
  base::SystemClock clock;
  bool ended = false;
  SteadyTime leads_until{};
  int losses = 0;
  LeaseElector elector;
};

class LeaseElectorTest : public testing::Test {
 protected:
  LeaseElectorTest() {
    base::set_up_log({.sink = [](std::string_view) {}});
  }
  ~LeaseElectorTest() override { base::set_up_log({}); }

  /// Runs until it holds, or 3 s.
  bool until(const std::function<bool()>& holds) {
    for (int i = 0; i < 300 && !holds(); ++i) {
      loop_.restart();
      loop_.run_for(10ms);
    }
    return holds();
  }

  void run_for(std::chrono::milliseconds time) {
    loop_.restart();
    loop_.run_for(time);
  }

  asio::io_context loop_;
  LeaseServer server_{loop_};
};

TEST_F(LeaseElectorTest, OneLeadsAndKeepsTheLease) {
  Candidate one{loop_, server_, "one"};
  ASSERT_TRUE(until([&] { return one.leads(); }));
  Candidate two{loop_, server_, "two"};
  run_for(1500ms);  // longer than the lease
  EXPECT_TRUE(one.leads());
  EXPECT_FALSE(two.leads());
  EXPECT_EQ(two.elector.holder(), "one");
  EXPECT_EQ(std::ranges::count(server_.writes, "two"), 0);
  EXPECT_EQ(one.elector.terms(), 1U);
}

TEST_F(LeaseElectorTest, OfTwoThatBeginTogetherOneLeads) {
  Candidate one{loop_, server_, "one"};
  Candidate two{loop_, server_, "two"};
  ASSERT_TRUE(until([&] { return one.leads() || two.leads(); }));
  run_for(500ms);
  EXPECT_NE(one.leads(), two.leads());
}

TEST_F(LeaseElectorTest, OneThatEndsInOrderIsFollowedAtOnce) {
  Candidate one{loop_, server_, "one"};
  ASSERT_TRUE(until([&] { return one.leads(); }));
  Candidate two{loop_, server_, "two"};
  run_for(200ms);
  one.elector.stop();
  run_for(50ms);
  asio::co_spawn(loop_, one.elector.release(), asio::detached);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(until([&] { return two.leads(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 800ms);
}

TEST_F(LeaseElectorTest, OneThatDisappearsIsFollowedWhenItsLeaseEnds) {
  auto one = std::make_unique<Candidate>(loop_, server_, "one");
  ASSERT_TRUE(until([&] { return one->leads(); }));
  Candidate two{loop_, server_, "two"};
  run_for(100ms);
  one->elector.stop();  // says nothing to the server
  run_for(300ms);
  EXPECT_FALSE(two.leads());
  EXPECT_TRUE(until([&] { return two.leads(); }));
}

TEST_F(LeaseElectorTest, OneThatCannotRenewStopsBeforeAnotherLeadsAndComesBack) {
  Candidate one{loop_, server_, "one"};
  ASSERT_TRUE(until([&] { return one.leads(); }));
  server_.refuse = 500;
  ASSERT_TRUE(until([&] { return one.losses == 1; }));
  EXPECT_FALSE(one.leads());
  EXPECT_FALSE(one.elector.problem().empty());
  server_.refuse = 0;
  EXPECT_TRUE(until([&] { return one.leads(); }));
  EXPECT_TRUE(one.elector.problem().empty());
  EXPECT_EQ(one.elector.terms(), 2U);
}

TEST_F(LeaseElectorTest, OneWhoseLeaseIsTakenStops) {
  Candidate one{loop_, server_, "one"};
  ASSERT_TRUE(until([&] { return one.leads(); }));
  server_.overwrite_holder("thief");
  ASSERT_TRUE(until([&] { return one.losses == 1; }));
  EXPECT_EQ(one.elector.holder(), "thief");
}

TEST_F(LeaseElectorTest, ALeaseThatWasDeletedIsMadeAgainByTheLeader) {
  Candidate one{loop_, server_, "one"};
  ASSERT_TRUE(until([&] { return one.leads(); }));
  server_.lease.reset();
  ASSERT_TRUE(until([&] { return server_.lease.has_value(); }));
  EXPECT_EQ(server_.holder(), "one");
  EXPECT_EQ(one.losses, 0);
}

TEST_F(LeaseElectorTest, MissingRightsAreSaid) {
  server_.refuse = 403;
  Candidate one{loop_, server_, "one"};
  ASSERT_TRUE(until([&] { return !one.elector.problem().empty(); }));
  EXPECT_FALSE(one.elector.read());
  EXPECT_FALSE(one.leads());
}

}  // namespace
}  // namespace functionmesh::kubernetes
