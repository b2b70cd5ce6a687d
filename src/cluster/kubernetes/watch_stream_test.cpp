#include "cluster/kubernetes/watch_stream.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace functionmesh::kubernetes {
namespace {

/// What an API server sent for a watch of Functions, with the line breaks it uses.
constexpr std::string_view kRecorded =
    R"({"type":"ADDED","object":{"kind":"Function","metadata":{"name":"a","resourceVersion":"5"}}})"
    "\n"
    R"({"type":"MODIFIED","object":{"kind":"Function","metadata":{"name":"a","annotations":{"n":"1\n2"},"resourceVersion":"7"}}})"
    "\n\n"
    R"({"type":"NEWS","object":{}})"
    "\r\n"
    R"({"type":"BOOKMARK","object":{"kind":"Function","metadata":{"resourceVersion":"9","creationTimestamp":null}}})"
    "\n"
    R"({"type":"DELETED","object":{"kind":"Function","metadata":{"name":"ä","resourceVersion":"11"}}})"
    "\n"
    R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})"
    "\n";

std::string told_by(const std::vector<std::string_view>& pieces) {
  std::string told;
  WatchStream stream{[&](const WatchEvent& event) -> base::Result<void> {
    told += std::to_string(static_cast<int>(event.type)) +
            std::string{base::text_at(event.object, {"metadata", "resourceVersion"})} + " ";
    return {};
  }};
  for (const std::string_view piece : pieces) {
    EXPECT_TRUE(stream.feed(piece)) << piece;
  }
  return told;
}

TEST(WatchStream, TellsTheSameHoweverTheBytesAreCut) {
  const std::string whole = "05 17 39 211 4 ";
  for (std::size_t cut = 0; cut <= kRecorded.size(); ++cut) {
    ASSERT_EQ(told_by({kRecorded.substr(0, cut), kRecorded.substr(cut)}), whole) << cut;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at < kRecorded.size(); ++at) {
    bytes.push_back(kRecorded.substr(at, 1));
  }
  EXPECT_EQ(told_by(bytes), whole);
}

TEST(WatchStream, HandsOnNothingOfAnUnfinishedLine) {
  EXPECT_EQ(told_by({kRecorded.substr(0, kRecorded.find('\n'))}), "");
}

TEST(WatchStream, FailsOnWhatIsNoEvent) {
  for (const std::string_view line :
       {"{\n", "[]\n", "\"a\"\n", "{\"type\":\"ADDED\"}\n", "{\"object\":5}\n", "\xff\xfe\n"}) {
    WatchStream stream{[](const WatchEvent&) -> base::Result<void> { return {}; }};
    const auto result = stream.feed(line);
    ASSERT_FALSE(result) << line;
    EXPECT_EQ(result.error().code, base::Error::Code::unavailable) << line;
  }
}

TEST(WatchStream, DoesNotGrowWithoutEnd) {
  WatchStream stream{[](const WatchEvent&) -> base::Result<void> { return {}; }};
  const std::string piece(1024 * 1024, ' ');
  base::Result<void> result;
  for (int i = 0; i < 20 && result; ++i) {
    result = stream.feed(piece);
  }
  EXPECT_FALSE(result);
}

TEST(WatchStream, StopsAtTheTakersError) {
  int taken = 0;
  WatchStream stream{[&](const WatchEvent&) -> base::Result<void> {
    ++taken;
    return base::fail(base::Error::Code::conflict, "enough");
  }};
  EXPECT_EQ(stream.feed(kRecorded).error().message, "enough");
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace functionmesh::kubernetes
