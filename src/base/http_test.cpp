#include "base/http.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <fstream>
#include <sstream>

#include "base/http_test_server.hpp"

namespace functionmesh::base {
namespace {

using namespace std::chrono_literals;
using Answer = HttpTestServer::Answer;
using std::filesystem::path;

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string moved(const std::string& to, int status = 302) {
  return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + to +
         "\r\nContent-Length: 5\r\n\r\nmoved";
}

class Http : public testing::Test {
 protected:
  void SetUp() override {
    folder = path(testing::TempDir()) / ("http_test_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  Result<HttpResponse> get(const std::string& url, std::chrono::milliseconds timeout = 2s) {
    HttpRequest request;
    request.url = url;
    return run(loop, client.send(request, timeout));
  }

  Result<void> download(const std::string& url, const path& file,
                        std::chrono::milliseconds timeout = 2s) {
    HttpRequest request;
    request.url = url;
    return run(loop, client.download(request, file, timeout));
  }

  std::string content(const path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  /// What is in the folder besides `file`.
  std::size_t others(const path& file) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      count += entry.path() != file;
    }
    return count;
  }

  boost::asio::io_context loop;
  HttpClient client;
  path folder;
};

TEST_F(Http, SendsARequestAndReadsTheAnswer) {
  std::string seen;
  HttpTestServer server(loop, [&](const std::string& request) {
    seen = request;
    return Answer{{"HTTP/1.1 418 Tea\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n", "hi"}};
  });
  HttpRequest request{.method = "PUT",
                      .url = server.url("/a b?c"),
                      .headers = {{"X-Word", "one two"}},
                      .body = std::string(1'000'000, 'x'),
                      .keep_credentials = false};
  const auto answer = run(loop, client.send(request, 5s));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->content_type, "a/b");
  EXPECT_EQ(answer->body, "hi");
  EXPECT_TRUE(
      seen.starts_with("PUT /a%20b?c HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n"))
      << seen.substr(0, 200);
  EXPECT_NE(seen.find("\r\nX-Word: one two\r\n"), std::string::npos);
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + request.body));
}

TEST_F(Http, FindsAHostByName) {
  HttpTestServer server(loop, [](const auto&) { return Answer{{ok("x")}}; });
  const auto answer = get("http://localhost:" + server.port());
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "x");
}

TEST_F(Http, SaysWhichServerFailedAndHow) {
  const std::string closed_port = [&] {
    boost::asio::ip::tcp::acceptor unused(loop, {boost::asio::ip::address_v4::loopback(), 0});
    return std::to_string(unused.local_endpoint().port());
  }();
  HttpTestServer mute(loop, [](const auto&) { return Answer{{}, 10s}; });
  HttpTestServer slow(loop, [](const auto&) {
    return Answer{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"}, 0ms, 10s};
  });
  HttpTestServer empty(loop, [](const auto&) { return Answer{}; });
  HttpTestServer cut(
      loop, [](const auto&) { return Answer{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"}}; });
  HttpTestServer strange(loop, [](const auto&) { return Answer{{"SSH-2.0-x\r\n\r\n"}}; });
  const struct {
    std::string url;
    std::string message;
  } cases[] = {
      {"http://127.0.0.1:" + closed_port, "127.0.0.1:" + closed_port + ": connection refused"},
      {mute.url(), "127.0.0.1:" + mute.port() + ": no answer in time"},
      {slow.url(), "127.0.0.1:" + slow.port() + ": no answer in time"},
      {empty.url(), "127.0.0.1:" + empty.port() + ": it closed the connection without an answer"},
      {cut.url(), "the connection ended in the middle of its answer"},
      {strange.url(), "its answer is not HTTP"},
      {"http://no.such.host.invalid/", "no.such.host.invalid:80: no such host"},
  };
  for (const auto& c : cases) {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = get(c.url, 300ms);
    ASSERT_FALSE(answer.has_value()) << c.url;
    EXPECT_EQ(answer.error().code, Error::Code::unavailable) << c.url;
    EXPECT_NE(answer.error().message.find(c.message), std::string::npos) << answer.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s) << c.url;
  }
}

TEST_F(Http, RefusesRequestsThatWouldSmuggleHeaders) {
  HttpTestServer server(loop, [](const auto&) { return Answer{{ok("x")}}; });
  HttpRequest request;
  request.url = server.url();
  request.headers = {{"Authorization", "Bearer a\r\nX: y"}};
  const auto answer = run(loop, client.send(request, 1s));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Error::Code::invalid);
  EXPECT_EQ(answer.error().message.find("Bearer"), std::string::npos) << "shows no secret";
}

TEST_F(Http, DownloadsIntoAWholeFile) {
  const std::string body(3'000'000, 'j');
  HttpTestServer server(loop, [&](const std::string& request) {
    if (request.starts_with("GET /old")) {
      return Answer{{moved("/new")}};
    }
    return Answer{{ok(body)}};
  });
  const path file = folder / "made" / "function.jar";
  const auto done = download(server.url("/old"), file);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(content(file), body);
}

TEST_F(Http, LeavesTheFileUntouchedWhenADownloadFails) {
  HttpTestServer server(loop, [](const std::string& request) {
    if (request.starts_with("GET /cut")) {
      return Answer{{"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nab"}};
    }
    if (request.starts_with("GET /silent")) {
      return Answer{{"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nab"}, 0ms, 10s};
    }
    if (request.starts_with("GET /loop")) {
      return Answer{{moved("/loop")}};
    }
    return Answer{{"HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\nno such file"}};
  });
  const path file = folder / "function.jar";
  const struct {
    const char* path;
    Error::Code code;
    const char* message;
  } cases[] = {
      {"/cut", Error::Code::unavailable, "in the middle"},
      {"/silent", Error::Code::unavailable, "no answer in time"},
      {"/loop", Error::Code::unavailable, "more than 5 redirects"},
      {"/gone", Error::Code::not_found, "/gone: the server answered 404: no such file"},
  };
  for (const auto& c : cases) {
    std::ofstream(file) << "before";
    const auto done = download(server.url(c.path), file, 300ms);
    ASSERT_FALSE(done.has_value()) << c.path;
    EXPECT_EQ(done.error().code, c.code) << c.path;
    EXPECT_NE(done.error().message.find(c.message), std::string::npos) << done.error().message;
    EXPECT_EQ(content(file), "before") << c.path;
    EXPECT_EQ(others(file), 0U) << c.path;
  }
}

TEST_F(Http, DownloadsForAsLongAsSomethingComes) {
  HttpTestServer server(loop, [](const auto&) {
    Answer answer{{"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"}};
    answer.pieces.resize(401, "x");
    return answer;
  });
  const auto done = download(server.url(), folder / "slow.jar", 300ms);
  EXPECT_TRUE(done.has_value()) << done.error().message;
}

TEST_F(Http, SaysWhereAFileCannotBeWritten) {
  HttpTestServer server(loop, [](const auto&) { return Answer{{ok(std::string(500'000, 'x'))}}; });
  std::ofstream(folder / "plain") << "x";
  const auto blocked = download(server.url(), folder / "plain" / "function.jar");
  ASSERT_FALSE(blocked.has_value());
  EXPECT_NE(blocked.error().message.find("cannot write " + (folder / "plain").string()),
            std::string::npos)
      << blocked.error().message;

  // A size limit stands in for a full disk.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto full = download(server.url(), folder / "big.jar");
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().message,
            "cannot write " + (folder / "big.jar").string() + ": File too large");
  EXPECT_EQ(others(folder / "plain"), 0U);
}

TEST_F(Http, GivesCredentialsToNobodyElse) {
  std::vector<std::string> seen;
  HttpTestServer other(loop, [&](const std::string& request) {
    seen.push_back(request);
    return Answer{{ok("x")}};
  });
  HttpTestServer first(loop, [&](const auto&) { return Answer{{moved(other.url("/x"), 307)}}; });
  HttpRequest request;
  request.url = first.url();
  request.headers = {{"Authorization", "Bearer secret"}};
  ASSERT_TRUE(run(loop, client.send(request, 1s)).has_value());
  request.keep_credentials = true;
  ASSERT_TRUE(run(loop, client.send(request, 1s)).has_value());
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].find("secret"), std::string::npos);
  EXPECT_NE(seen[1].find("secret"), std::string::npos);
}

}  // namespace
}  // namespace functionmesh::base
