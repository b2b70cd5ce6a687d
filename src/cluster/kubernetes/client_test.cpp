#include "cluster/kubernetes/client.hpp"

#include <gtest/gtest.h>

#include "base/http_test_server.hpp"
#include "cluster/kubernetes/informer.hpp"

namespace functionmesh::kubernetes {
namespace {

using namespace std::chrono_literals;
using base::Error;
using base::HttpTestServer;
using Answer = HttpTestServer::Answer;

Answer answer(int status, std::string_view body, std::string_view more = "") {
  return HttpTestServer::reply(status, body, more);
}

/// Tokens one after the other, another each time one is refused.
class Tokens : public Credentials {
 public:
  asio::awaitable<Result<Identity>> identity() override {
    co_return Identity{"token-" + std::to_string(refusals), {}, {}};
  }
  void refused() override { ++refusals; }

  int refusals = 0;
};

class ClientTest : public testing::Test {
 protected:
  Access access() const {
    return {.server = base::parse_url(server_.url("/base")).value(),
            .ca_pem = {},
            .server_name = {},
            .default_namespace = {},
            .description = "the test",
            .credentials = tokens_};
  }

  Result<Response> send(Request request, std::chrono::milliseconds timeout = 5s) {
    return base::run(loop_, client_.send(std::move(request), timeout));
  }

  asio::io_context loop_;
  std::vector<std::string> requests_;
  std::function<Answer(const std::string&)> handler_;
  HttpTestServer server_{loop_, [this](const std::string& request) {
                           requests_.push_back(request);
                           return handler_(request);
                         }};
  std::shared_ptr<Tokens> tokens_ = std::make_shared<Tokens>();
  Client client_{loop_.get_executor(), access()};
};

TEST_F(ClientTest, SendsWhatAnApiServerNeedsAndNothingElse) {
  handler_ = [](const std::string&) { return answer(201, "made"); };
  const Result<Response> made =
      send({.method = "PATCH", .target = "/api/v1/x?a=b", .content_type = "a/b", .body = "{}"});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->status, 201);
  EXPECT_EQ(made->body, "made");
  EXPECT_EQ(requests_.at(0),
            "PATCH /base/api/v1/x?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + server_.port() +
                "\r\nUser-Agent: functionmesh\r\nAccept: application/json\r\n"
                "Authorization: Bearer token-0\r\nContent-Type: a/b\r\n"
                "Content-Length: 2\r\n\r\n{}");
}

TEST_F(ClientTest, UsesAConnectionAgainAndAnotherOneWhenItWasClosed) {
  int count = 0;
  handler_ = [&](const std::string&) {
    Answer one = answer(200, "ok");
    one.again = ++count != 2;  // closes the connection after the second answer
    return one;
  };
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(send({.target = "/"}));
  }
  EXPECT_EQ(requests_.size(), 4U);
}

TEST_F(ClientTest, WaitsAsLongAsAnOverloadedServerAsks) {
  for (const int status : {429, 503}) {
    requests_.clear();
    handler_ = [&](const std::string&) {
      return requests_.size() == 1 ? answer(status, "{}", "Retry-After: 1\r\n") : answer(200, "ok");
    };
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(send({.target = "/"})->body, "ok");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
    EXPECT_EQ(requests_.size(), 2U);
  }
}

TEST_F(ClientTest, GivesUpOnAnOverloadedServerInTime) {
  handler_ = [](const std::string&) { return answer(429, "{}", "Retry-After: 50\r\n"); };
  const Result<Response> refused = send({.target = "/"}, 500ms);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Error::Code::unavailable);
}

TEST_F(ClientTest, AsksAgainWithAnotherTokenWhenOneIsRefused) {
  handler_ = [](const std::string& request) {
    return request.find("token-1") == std::string::npos ? answer(401, "") : answer(200, "ok");
  };
  EXPECT_EQ(send({.target = "/"})->body, "ok");

  handler_ = [](const std::string&) { return answer(401, ""); };
  const Result<Response> refused = send({.target = "/"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Error::Code::forbidden);
  EXPECT_NE(refused.error().message.find("the test"), std::string::npos);
}

TEST_F(ClientTest, HandsOnEveryOtherAnswer) {
  for (const int status : {200, 404, 409, 422, 500, 503}) {
    handler_ = [&](const std::string&) { return answer(status, "text"); };
    EXPECT_EQ(send({.target = "/"})->status, status);
  }
  EXPECT_EQ(client_.counts().at({"GET", 409}), 1U);
}

TEST_F(ClientTest, TriesAgainUntilItsTimeIsUpWhenTheAnswerIsNone) {
  handler_ = [&](const std::string&) -> Answer {
    if (requests_.size() < 3) {
      return {.pieces = {"HTTP/1.1 200 OK\r\nContent-Le"}};  // and the connection ends
    }
    return answer(200, "ok");
  };
  EXPECT_EQ(send({.target = "/"})->body, "ok");
  EXPECT_EQ(requests_.size(), 3U);

  handler_ = [](const std::string&) -> Answer { return {.pieces = {"nonsense\r\n\r\n"}}; };
  EXPECT_EQ(send({.target = "/"}, 300ms).error().code, Error::Code::unavailable);
}

TEST_F(ClientTest, EndsEverythingWhenItIsStopped) {
  handler_ = [](const std::string&) -> Answer { return {.pieces = {}, .keep_open = 60s}; };
  asio::steady_timer soon{loop_, 50ms};
  soon.async_wait([&](auto) { client_.stop(); });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(send({.target = "/"}));
  EXPECT_FALSE(send({.target = "/"}));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

/// An API server of one page a list, whose watch sends what it is told and then ends.
class InformerTest : public ClientTest {
 protected:
  InformerTest() {
    handler_ = [this](const std::string& request) {
      const bool watch = request.find("watch=1") != std::string::npos;
      auto& answers = watch ? watches_ : lists_;
      if (answers.empty()) {
        client_.stop();
        return answer(500, "");
      }
      Answer next = answers.front();
      answers.erase(answers.begin());
      return next;
    };
  }

  static Answer list_of(std::string_view items, std::string_view version) {
    return answer(200, R"({"items":[)" + std::string{items} +
                           R"(],"metadata":{"resourceVersion":")" + std::string{version} +
                           R"("}})");
  }
  static std::string thing(std::string_view name, std::string_view version) {
    return R"({"metadata":{"namespace":"n","name":")" + std::string{name} +
           R"(","resourceVersion":")" + std::string{version} + R"("}})";
  }
  static std::string event(std::string_view type, const std::string& object) {
    return R"({"type":")" + std::string{type} + R"(","object":)" + object + "}\n";
  }
  static Answer watch_of(const std::string& events) { return answer(200, events); }

  std::string run(bool optional = false) {
    Informer informer{client_,
                      *resource_type("Service"),
                      {.namespace_ = "n", .optional = optional, .interest = {}},
                      [&](cluster::Change change, const cluster::Object& object) {
                        told_ += change == cluster::Change::deleted ? "-" : "+";
                        told_ += base::text_at(*object, {"metadata", "name"});
                        told_ += std::to_string(version_of(*object)) + " ";
                      }};
    base::run(loop_, [](Informer& one) -> asio::awaitable<bool> {
      co_await one.run();
      co_return true;
    }(informer));
    problem_ = informer.problem();
    usable_ = informer.usable();
    restarts_ = informer.restarts();
    return told_;
  }

  std::vector<Answer> lists_;
  std::vector<Answer> watches_;
  std::string told_;
  std::string problem_;
  bool usable_ = false;
  std::uint64_t restarts_ = 0;
};

TEST_F(InformerTest, ListsOnceAndResumesTheWatchWhereItEnded) {
  lists_ = {list_of(thing("a", "5"), "9")};
  watches_ = {watch_of(event("MODIFIED", thing("a", "12"))),
              watch_of(event("DELETED", thing("a", "15")))};
  EXPECT_EQ(run(), "+a5 +a12 -a12 ");
  EXPECT_NE(requests_.at(0).find("/namespaces/n/services?limit="), std::string::npos);
  EXPECT_NE(requests_.at(1).find("resourceVersion=9 "), std::string::npos);
  EXPECT_NE(requests_.at(2).find("resourceVersion=12 "), std::string::npos);
}

TEST_F(InformerTest, ListsAgainWhenItsVersionIsForgotten) {
  lists_ = {list_of(thing("a", "5"), "9"), list_of(thing("b", "50"), "51")};
  watches_ = {watch_of(event("ERROR", R"({"kind":"Status","code":410})"))};
  EXPECT_EQ(run(), "+a5 +b50 -a5 ");
  EXPECT_GE(restarts_, 1U);
}

TEST_F(InformerTest, ResumesAWatchThatBreaksInTheMiddleOfAnEvent) {
  lists_ = {list_of("", "9")};
  watches_ = {{.pieces = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"type\":"}},
              watch_of(event("ADDED", thing("a", "12")))};
  EXPECT_EQ(run(), "+a12 ");
}

TEST_F(InformerTest, SaysWhichRightIsMissing) {
  lists_ = {answer(403, R"({"message":"services is forbidden"})")};
  run();
  EXPECT_NE(problem_.find("services is forbidden"), std::string::npos) << problem_;
  EXPECT_NE(problem_.find("get, list and watch on services"), std::string::npos) << problem_;
  EXPECT_FALSE(usable_);
}

TEST_F(InformerTest, DoesWithoutAnOptionalKind) {
  lists_ = {answer(404, "404 page not found")};
  asio::steady_timer soon{loop_, 300ms};
  soon.async_wait([&](auto) { client_.stop(); });
  run(true);
  EXPECT_TRUE(usable_);
  EXPECT_NE(problem_.find("has no services"), std::string::npos) << problem_;
}

}  // namespace
}  // namespace functionmesh::kubernetes
