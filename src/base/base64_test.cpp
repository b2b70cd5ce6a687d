#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace functionmesh::base {
namespace {

using namespace std::string_literals;

struct Pair {
  std::string bytes;
  std::string text;
};

TEST(Base64, EncodesAndDecodes) {
  for (const Pair& pair : {Pair{"", ""}, Pair{"f", "Zg=="}, Pair{"fo", "Zm8="}, Pair{"foo", "Zm9v"},
                           Pair{"foob", "Zm9vYg=="}, Pair{"\0\xff\xfe"s, "AP/+"}}) {
    EXPECT_EQ(encode_base64(pair.bytes), pair.text);
    EXPECT_EQ(decode_base64(pair.text), pair.bytes);
  }
}

TEST(Base64, IgnoresLineBreaks) {
  EXPECT_EQ(decode_base64("Zm9v\nYg==\r\n"), "foob");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=", "Z$==", "Zg==Zg==", "Zm9v="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace functionmesh::base
