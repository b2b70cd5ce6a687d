#include "pulsar/package_name.hpp"

#include <gtest/gtest.h>

namespace functionmesh::pulsar {
namespace {

TEST(PackageName, ReadsAllTypes) {
  const struct {
    const char* text;
    PackageName expected;
  } cases[] = {
      {"function://public/default/enrich@v1", {"function", "public", "default", "enrich", "v1"}},
      {"sink://acme/shop/file", {"sink", "acme", "shop", "file", "latest"}},
      {"source://acme/shop/gen@1.0-2", {"source", "acme", "shop", "gen", "1.0-2"}},
  };
  for (const auto& c : cases) {
    const auto package = PackageName::parse(c.text);
    ASSERT_TRUE(package.has_value()) << c.text << ": " << package.error();
    EXPECT_EQ(*package, c.expected) << c.text;
    EXPECT_EQ(*PackageName::parse(to_string(*package)), c.expected);
  }
}

TEST(PackageName, RefusesWhatIsNoPackage) {
  for (const char* text :
       {"", "enrich", "function://", "function://a/b", "function://a/b/", "function://a/b/c@",
        "function://a/b/@v1", "function://a/b/c@v1@v2", "function://a/b/c/d", "jar://a/b/c",
        "function:/a/b/c", "functions://a/b/c"}) {
    const auto package = PackageName::parse(text);
    ASSERT_FALSE(package.has_value()) << text;
    EXPECT_NE(package.error().find("function://TENANT/NAMESPACE/NAME"), std::string::npos);
  }
}

}  // namespace
}  // namespace functionmesh::pulsar
