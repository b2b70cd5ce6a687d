#include "base/http_server.hpp"

#include <gtest/gtest.h>

#include "base/atomic_file.hpp"
#include "base/http.hpp"
#include "base/http_request.hpp"
#include "base/http_test_server.hpp"

namespace functionmesh::base {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

TEST(RequestReader, ReadsARequestCutAnywhere) {
  const std::string bytes =
      "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Type: text/x\r\n"
      "Content-Length: 5\r\n\r\nhelloGET";
  for (std::size_t cut = 0; cut < bytes.size() - 3; ++cut) {
    RequestReader reader{100};
    const auto first = reader.feed(std::string_view(bytes).substr(0, cut));
    ASSERT_TRUE(first) << cut << first.error().message;
    ASSERT_EQ(*first, cut);
    const auto second = reader.feed(std::string_view(bytes).substr(cut));
    ASSERT_TRUE(second) << cut << second.error().message;
    ASSERT_TRUE(reader.done()) << cut;
    ASSERT_EQ(*second, bytes.size() - 3 - cut);
    ASSERT_TRUE(reader.keep_alive());
    const ServerRequest request = reader.take();
    ASSERT_EQ(request.method, "POST");
    ASSERT_EQ(request.path, "/a/b");
    ASSERT_EQ(request.query, "c=d");
    ASSERT_EQ(request.authorization, "Bearer t");
    ASSERT_EQ(request.content_type, "text/x");
    ASSERT_EQ(request.body, "hello");
  }
}

TEST(RequestReader, RefusesWhatIsNoneOrTooLarge) {
  struct Case {
    std::string bytes;
    int status;
  };
  for (const Case& c : {Case{"\x16\x03\x01\x02", 400}, Case{"GET\r\n\r\n", 400},
                        Case{"GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
                        Case{"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413},
                        Case{"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
                        Case{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                                 std::string(101, 'x') + "\r\n0\r\n\r\n",
                             413}}) {
    RequestReader reader{100};
    const auto fed = reader.feed(c.bytes);
    ASSERT_FALSE(fed) << c.bytes;
    EXPECT_EQ(fed.error().status, c.status) << c.bytes;
  }
}

class HttpServerTest : public testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    options.address = "127.0.0.1:0";
    server_.emplace(loop_.get_executor(), options,
                    [this](ServerRequest request) { return answer(std::move(request)); });
    const auto listening = server_->listen();
    ASSERT_TRUE(listening) << listening.error().message;
  }

  asio::awaitable<ServerResponse> answer(ServerRequest request) {
    if (request.path == "/throw") {
      throw std::runtime_error("on purpose");
    }
    if (request.path == "/slow") {
      asio::steady_timer pause{loop_, 200ms};
      co_await pause.async_wait(asio::use_awaitable);
    }
    co_return ServerResponse{.body = request.method + " " + request.path + " " + request.body};
  }

  /// What comes back for these bytes until the server closes the connection or nothing comes for
  /// `patience`.
  std::string exchange(std::string bytes, std::chrono::milliseconds patience = 100ms) {
    return run(loop_, talk(std::move(bytes), patience));
  }

  asio::awaitable<std::string> talk(std::string bytes, std::chrono::milliseconds patience) {
    tcp::socket socket{loop_};
    co_await socket.async_connect({asio::ip::address_v4::loopback(), server_->port()},
                                  asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    std::string received;
    std::string piece(4096, '\0');
    asio::steady_timer timer{loop_};
    boost::system::error_code error;
    while (!error) {
      timer.expires_after(patience);
      timer.async_wait([&](const auto& cancelled) {
        if (!cancelled) {
          socket.cancel();
        }
      });
      const std::size_t size = co_await socket.async_read_some(
          asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
      received.append(piece, 0, size);
    }
    timer.cancel();
    co_return error == asio::error::eof ? received + "[closed]" : received;
  }

  asio::io_context loop_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersOneAfterTheOtherOnOneConnection) {
  serve();
  const std::string got = exchange(
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
      "GET /c HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(got.find("GET /a "), std::string::npos) << got;
  EXPECT_NE(got.find("POST /b hi"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("GET /c [closed]")) << got;
}

TEST_F(HttpServerTest, AHeadRequestGetsNoBody) {
  serve();
  EXPECT_TRUE(exchange("HEAD /a HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, AClientThatWaitsToContinueIsToldTo) {
  serve();
  const std::string got =
      exchange("POST /a HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(got, "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_F(HttpServerTest, WhatIsNoHttpGetsAnAnswerAndHarmsNobody) {
  serve();
  EXPECT_TRUE(exchange("\x16\x03\x01 hello").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(exchange("GET /throw HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 500 "));
  EXPECT_TRUE(exchange("GET /a HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200 OK"));
}

TEST_F(HttpServerTest, ASlowClientLosesItsConnection) {
  serve({.address = "", .request_limit = 50ms});
  EXPECT_EQ(exchange("GET /a HT", 1s), "[closed]");
  serve({.address = "", .idle = 50ms});
  EXPECT_EQ(exchange("", 1s), "[closed]");
}

TEST_F(HttpServerTest, IdleClientsDoNotShutOthersOut) {
  serve({.address = "", .most_connections = 3});
  std::vector<tcp::socket> idle;
  for (int i = 0; i < 10; ++i) {
    idle.emplace_back(loop_).connect({asio::ip::address_v4::loopback(), server_->port()});
  }
  EXPECT_TRUE(exchange("GET /a HTTP/1.1\r\n\r\n", 500ms).starts_with("HTTP/1.1 200 OK"));
}

TEST_F(HttpServerTest, StoppingWaitsForWhatIsUnderWay) {
  serve();
  std::string got;
  asio::co_spawn(
      loop_,
      [&]() -> asio::awaitable<void> { got = co_await talk("GET /slow HTTP/1.1\r\n\r\n", 1s); },
      asio::detached);
  run(loop_, [&]() -> asio::awaitable<int> {
    asio::steady_timer pause{loop_, 50ms};
    co_await pause.async_wait(asio::use_awaitable);
    co_await server_->stop(2s);
    pause.expires_after(20ms);
    co_await pause.async_wait(asio::use_awaitable);
    co_return 0;
  }());
  EXPECT_TRUE(got.ends_with("GET /slow [closed]")) << got;
}

TEST_F(HttpServerTest, WindingDownEndsConnectionsWithTheirNextAnswer) {
  serve();
  const std::string request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_FALSE(exchange(request).ends_with("[closed]"));
  server_->wind_down();
  const std::string got = exchange(request);
  EXPECT_NE(got.find("Connection: close\r\n"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("GET /a [closed]")) << got;
  EXPECT_TRUE(exchange(request).ends_with("GET /a [closed]")) << "it takes new connections";
}

TEST_F(HttpServerTest, SpeaksTlsWithACertificateThatCanBeReplaced) {
  serve();
  const auto first = make_self_signed({"localhost", "127.0.0.1"}, 24h).value();
  ASSERT_TRUE(server_->use_certificate(first));
  const auto trust = std::filesystem::temp_directory_path() /
                     ("fm-server-trust-" + std::to_string(::getpid()) + ".pem");
  const auto get = [&](const KeyPair& trusted) {
    EXPECT_TRUE(write_file(trust, trusted.certificate_pem));
    HttpClient client{{.trust_file = trust.string()}};
    return run(
        loop_,
        client.send({.url = "https://127.0.0.1:" + std::to_string(server_->port()) + "/a"}, 5s));
  };
  const auto answer = get(first);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "GET /a ");
  const auto second = make_self_signed({"localhost", "127.0.0.1"}, 24h).value();
  ASSERT_TRUE(server_->use_certificate(second));
  EXPECT_FALSE(get(first));
  EXPECT_TRUE(get(second));
  EXPECT_FALSE(server_->use_certificate({first.certificate_pem, second.key_pem}));
  EXPECT_TRUE(get(second));
  std::filesystem::remove(trust);
}

TEST_F(HttpServerTest, AnAddressThatIsTakenIsAnError) {
  serve();
  HttpServer other{loop_.get_executor(),
                   {.address = "127.0.0.1:" + std::to_string(server_->port())},
                   [this](ServerRequest request) { return answer(std::move(request)); }};
  const auto listening = other.listen();
  ASSERT_FALSE(listening);
  EXPECT_NE(listening.error().message.find("cannot listen on 127.0.0.1:"), std::string::npos);
}

TEST(ListenAddress, IsChecked) {
  for (const char* good : {":8443", "127.0.0.1:0", "[::1]:80", "localhost:80", "0.0.0.0:1"}) {
    EXPECT_TRUE(check_listen_address(good)) << good;
  }
  for (const char* bad :
       {"", "8443", ":", ":99999", ":x", "::1:80", "host.example:80", "1.2.3:4"}) {
    EXPECT_FALSE(check_listen_address(bad)) << bad;
  }
}

}  // namespace
}  // namespace functionmesh::base
