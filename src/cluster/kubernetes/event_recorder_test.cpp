#include "cluster/kubernetes/event_recorder.hpp"

#include <gtest/gtest.h>

#include "base/http_test_server.hpp"

namespace functionmesh::kubernetes {
namespace {

using namespace std::chrono_literals;
using base::HttpTestServer;
using base::Json;
using Answer = HttpTestServer::Answer;

/// An API server that keeps nothing, but knows what it was sent; it leaves a GET without an answer.
class EventRecorderTest : public testing::Test {
 protected:
  EventRecorderTest() {
    asio::co_spawn(loop_, recorder_.run(), [this](const std::exception_ptr&) { ended_ = true; });
  }
  ~EventRecorderTest() override {
    client_.stop();
    recorder_.stop();
    for (int i = 0; i < 1'000 && (!ended_ || client_.busy() > 0); ++i) {
      run_for(1ms);
    }
    EXPECT_TRUE(ended_);
  }

  Access access() const {
    return {.server = base::parse_url(server_.url()).value(),
            .ca_pem = {},
            .server_name = {},
            .default_namespace = {},
            .description = {},
            .credentials = nullptr};
  }

  void record(std::string reason) {
    recorder_.record({.about = {"Function", "ns", "f"},
                      .type = "Normal",
                      .reason = std::move(reason),
                      .message = "text"},
                     base::parse_json(R"({"apiVersion": "compute.functionmesh.io/v1alpha1",
                         "kind": "Function", "metadata": {"namespace": "ns", "name": "f"}})")
                         .value());
  }

  void run_for(std::chrono::milliseconds time) {
    loop_.restart();
    loop_.run_for(time);
  }
  void run_until_told(std::size_t count) {
    for (int i = 0; i < 200 && told_.size() < count; ++i) {
      run_for(10ms);
    }
  }

  Answer answer(const std::string& request) {
    if (request.starts_with("GET ")) {
      return {.pieces = {}, .keep_open = 60s};
    }
    const Json body = base::parse_json(request.substr(request.find("\r\n\r\n") + 4)).value();
    told_.push_back(request.substr(0, request.find(' ')) + " " +
                    std::string{base::text_at(body, {"reason"})} + " " +
                    base::write_json(body.as_object().at("count")));
    return HttpTestServer::reply(request.starts_with("POST ") ? 201 : 200, "{}");
  }

  /// A request that does not end.
  void be_busy() {
    asio::co_spawn(loop_, client_.send({.target = "/busy"}, 60s),
                   [](const std::exception_ptr&, const auto&) {});
    run_for(50ms);
    ASSERT_EQ(client_.busy(), 1);
  }

  asio::io_context loop_;
  HttpTestServer server_{loop_, [this](const std::string& request) { return answer(request); }};
  base::ManualClock clock_;
  Client client_{loop_.get_executor(), access()};
  EventRecorder recorder_{client_, clock_, "one"};
  std::vector<std::string> told_;
  bool ended_ = false;
};

using Told = std::vector<std::string>;

TEST_F(EventRecorderTest, CountsARepeatedOneUp) {
  for (const char* reason : {"Created", "Created", "Ready", "Created"}) {
    record(reason);
  }
  run_until_told(4);
  EXPECT_EQ(told_, (Told{"POST Created 1", "PATCH  2", "POST Ready 1", "PATCH  3"}));
}

TEST_F(EventRecorderTest, DropsWhatSaysTooMuchAboutOneObject) {
  for (int i = 0; i < 40; ++i) {
    record("R" + std::to_string(i));
  }
  run_until_told(25);
  run_for(20ms);
  EXPECT_EQ(told_.size(), 25U);
  EXPECT_EQ(recorder_.dropped(), 15U);
}

TEST_F(EventRecorderTest, WaitsForOtherRequestsButNotForEver) {
  be_busy();
  for (const char* reason : {"A", "B", "C"}) {
    record(reason);
  }
  clock_.advance(EventRecorder::kPatience - 1ms);
  run_for(100ms);
  EXPECT_EQ(told_, Told{});
  clock_.advance(1ms);
  run_until_told(3);  // the later ones do not begin to wait anew
  EXPECT_EQ(told_, (Told{"POST A 1", "POST B 1", "POST C 1"}));
}

}  // namespace
}  // namespace functionmesh::kubernetes
