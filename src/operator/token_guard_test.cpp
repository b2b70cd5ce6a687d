#include "operator/token_guard.hpp"

#include <gtest/gtest.h>

#include "base/http_test_server.hpp"
#include "base/log.hpp"

namespace functionmesh::process {
namespace {

using base::HttpTestServer;
using Answer = HttpTestServer::Answer;

class TokenGuardTest : public testing::Test {
 protected:
  TokenGuardTest() {
    base::set_up_log({.sink = [this](std::string_view line) { log_ += line; }});
  }
  ~TokenGuardTest() override { base::set_up_log({}); }

  /// Knows the tokens "reader" and "nobody"; the first may get /metrics.
  Answer answer(const std::string& request) {
    ++asked_;
    std::string body;
    if (request.contains("/tokenreviews ")) {
      const bool known = request.contains("\"reader\"") || request.contains("\"nobody\"");
      const std::string user = request.contains("\"reader\"") ? "reader" : "nobody";
      body = known ? R"({"status":{"authenticated":true,"user":{"username":")" + user +
                         R"(","groups":["g"]}}})"
                   : R"({"status":{"authenticated":false}})";
    } else {
      last_question_ = request;
      body = request.contains("\"user\":\"reader\"") ? R"({"status":{"allowed":true}})"
                                                     : R"({"status":{"allowed":false}})";
    }
    return {.pieces = {"HTTP/1.1 " + std::to_string(status_) +
                       " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body},
            .again = true};
  }

  int check(const std::string& authorization) {
    base::ServerRequest request;
    request.path = "/metrics";
    request.authorization = authorization;
    return base::run(loop_, guard_.check(std::move(request))).status;
  }

  boost::asio::io_context loop_;
  std::string log_;
  int asked_ = 0;
  int status_ = 201;
  std::string last_question_;
  HttpTestServer server_{loop_, [this](const std::string& request) { return answer(request); }};
  kubernetes::Client client_{loop_.get_executor(),
                             {.server = base::parse_url(server_.url()).value(),
                              .ca_pem = {},
                              .server_name = {},
                              .default_namespace = {},
                              .description = {},
                              .credentials = nullptr}};
  TokenGuard guard_{client_};
};

TEST_F(TokenGuardTest, LetsInWhoMay) {
  EXPECT_EQ(check("Bearer reader"), 200);
  for (const char* part : {"\"groups\":[\"g\"]", "\"path\":\"/metrics\"", "\"verb\":\"get\""}) {
    EXPECT_TRUE(last_question_.contains(part)) << last_question_;
  }
  EXPECT_EQ(check("bearer reader"), 200);
}

TEST_F(TokenGuardTest, LetsNobodyElseIn) {
  EXPECT_EQ(check(""), 401);
  EXPECT_EQ(check("Basic reader"), 401);
  EXPECT_EQ(check("Bearer "), 401);
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(check("Bearer stranger"), 401);
  EXPECT_EQ(check("Bearer nobody"), 403);
}

TEST_F(TokenGuardTest, RemembersTheAnswers) {
  for (int i = 0; i < 5; ++i) {
    check("Bearer reader");
    check("Bearer stranger");
  }
  EXPECT_EQ(asked_, 3);
}

TEST_F(TokenGuardTest, AnApiServerThatDoesNotAnswerLetsNobodyInAndIsAskedAgain) {
  status_ = 403;
  EXPECT_EQ(check("Bearer reader"), 503);
  EXPECT_TRUE(log_.contains("tokenreviews")) << log_;
  EXPECT_FALSE(log_.contains("reader")) << log_;
  status_ = 201;
  EXPECT_EQ(check("Bearer reader"), 200);
}

}  // namespace
}  // namespace functionmesh::process
