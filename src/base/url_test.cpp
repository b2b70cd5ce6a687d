#include "base/url.hpp"

#include <gtest/gtest.h>

namespace functionmesh::base {
namespace {

TEST(Url, ReadsHostPortAndTarget) {
  const struct {
    const char* text;
    Url expected;
  } cases[] = {
      {"http://example.org", {false, "example.org", "80", "/"}},
      {"https://Example.org/a", {true, "example.org", "443", "/a"}},
      {"HTTP://127.0.0.1:8080/a/b?c=d#e", {false, "127.0.0.1", "8080", "/a/b?c=d"}},
      {"http://[::1]:6651/x", {false, "::1", "6651", "/x"}},
      {"http://[fe80::1%eth0]/", {false, "fe80::1%eth0", "80", "/"}},
      {"http://host?q=1", {false, "host", "80", "/?q=1"}},
      {"http://host/a b/\xc3\xa9%2F", {false, "host", "80", "/a%20b/%C3%A9%2F"}},
      {"http://host/a\r\nX: y", {false, "host", "80", "/a%0D%0AX:%20y"}},
  };
  for (const auto& c : cases) {
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url.has_value()) << c.text << ": " << url.error();
    EXPECT_EQ(*url, c.expected) << c.text << " gave " << to_string(*url);
  }
}

TEST(Url, RefusesWhatItCannotFetch) {
  for (const char* text :
       {"", "host", "ftp://host/a", "http://", "http:///a", "http://host:0", "http://host:65536",
        "http://host:", "http://host:8a", "http://[::1", "http://[]", "http://[::1]x",
        "http://a b/", "http://a:1:2/", "http://user:word@host/", "http://ho\r\nst/", "://host"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_NE(url.error().find(text), std::string::npos) << "names the text: " << url.error();
  }
}

TEST(Url, ResolvesRedirects) {
  const auto from = parse_url("https://host:8443/a/b?c");
  ASSERT_TRUE(from.has_value());
  const struct {
    const char* location;
    const char* expected;
  } cases[] = {
      {"http://other/x", "http://other:80/x"},
      {"//other/x", "https://other:443/x"},
      {"/x?y=http://z/", "https://host:8443/x?y=http://z/"},
      {"c", "https://host:8443/a/c"},
      {"?z", "https://host:8443/a/b?z"},
      {"", "https://host:8443/a/b"},
  };
  for (const auto& c : cases) {
    const auto url = resolve_url(*from, c.location);
    ASSERT_TRUE(url.has_value()) << c.location << ": " << url.error();
    EXPECT_EQ(to_string(*url), c.expected) << c.location;
  }
  EXPECT_FALSE(resolve_url(*from, "ftp://other/").has_value());
}

TEST(Url, EncodesOneSegment) {
  EXPECT_EQ(url_encode("a-b_c.d~1"), "a-b_c.d~1");
  EXPECT_EQ(url_encode("a/b c%\xc3\xa9"), "a%2Fb%20c%25%C3%A9");
}

}  // namespace
}  // namespace functionmesh::base
