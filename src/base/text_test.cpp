#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace functionmesh::base {
namespace {

TEST(Lower, ChangesTheLettersAToZAlone) {
  EXPECT_EQ(lower("FunctionMesh-\xC3\x84 1"), "functionmesh-\xC3\x84 1");
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  constexpr std::array<std::string_view, 4> kKnown = {"topics", "topicPattern", "sourceSpecs",
                                                      "java"};
  EXPECT_EQ(nearest("topic", kKnown), "topics");
  EXPECT_EQ(nearest("sourcespec", kKnown), "sourceSpecs");
  EXPECT_EQ(nearest("jvaa", kKnown), "");  // two of four letters: too far to suggest
  EXPECT_EQ(nearest("replicas", kKnown), "");
  EXPECT_EQ(nearest(std::string(1000, 'x'), kKnown), "");
}

}  // namespace
}  // namespace functionmesh::base
