#include "base/http_response.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace functionmesh::base {
namespace {

/// What a reader made of some bytes.
struct Outcome {
  Result<void> result;
  bool done = false;
  int status = 0;
  std::string body;
};

Outcome read(const std::vector<std::string_view>& pieces, bool closed, bool head_only = false) {
  Outcome outcome;
  ResponseReader reader(head_only,
                        [&](const ResponseReader::Head&, std::string_view bytes) -> Result<void> {
                          outcome.body += bytes;
                          return {};
                        });
  for (const auto piece : pieces) {
    outcome.result = reader.feed(piece);
    if (!outcome.result) {
      return outcome;
    }
  }
  if (closed) {
    outcome.result = reader.finish();
  }
  outcome.done = reader.done();
  outcome.status = reader.head().status;
  return outcome;
}

constexpr std::string_view with_length =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nA: "
    "b\r\n\r\n";
constexpr std::string_view interim =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

TEST(HttpResponse, ReadsBodiesHoweverTheyAreCut) {
  for (const auto text : {with_length, chunked, interim}) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      const Outcome outcome = read({text.substr(0, cut), text.substr(cut)}, false);
      ASSERT_TRUE(outcome.result.has_value()) << text << " cut at " << cut;
      EXPECT_TRUE(outcome.done) << text << " cut at " << cut;
      EXPECT_EQ(outcome.status, 200);
      EXPECT_EQ(outcome.body, "hello") << text << " cut at " << cut;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
      bytes.push_back(text.substr(at, 1));
    }
    EXPECT_EQ(read(bytes, false).body, "hello") << text;
  }
}

TEST(HttpResponse, ReportsAnAnswerThatEndsTooEarly) {
  for (const auto text : {with_length, chunked, interim}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      const Outcome outcome = read({text.substr(0, size)}, true);
      EXPECT_FALSE(outcome.result.has_value()) << "after " << size << " bytes of " << text;
    }
  }
}

TEST(HttpResponse, ReadsUntilTheConnectionCloses) {
  const Outcome outcome = read({"HTTP/1.0 200 OK\r\n\r\nhel", "lo"}, true);
  ASSERT_TRUE(outcome.result.has_value());
  EXPECT_TRUE(outcome.done);
  EXPECT_EQ(outcome.body, "hello");
}

TEST(HttpResponse, ExpectsNoBodyWhereThereIsNone) {
  EXPECT_TRUE(read({"HTTP/1.1 204 No Content\r\n\r\n"}, false).done);
  EXPECT_TRUE(read({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"}, false, true).done);
}

TEST(HttpResponse, RefusesWhatIsNotHttp) {
  const std::string endless = "HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x');
  for (const std::string_view text :
       {std::string_view("SSH-2.0-OpenSSH\r\n\r\n"), std::string_view("HTTP/1.1 abc OK\r\n\r\n"),
        std::string_view("HTTP/1.1 200 OK\r\nbad header\r\n\r\n"),
        std::string_view("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
        std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string_view("\x15\x03\x03\0\2\2\x16\r\n\r\n", 11), std::string_view(endless)}) {
    const Outcome outcome = read({text}, false);
    EXPECT_FALSE(outcome.result.has_value()) << text.substr(0, 60);
  }
}

}  // namespace
}  // namespace functionmesh::base
