#include "render/names.hpp"

#include <gtest/gtest.h>

namespace functionmesh::render {
namespace {

TEST(VolumeName, IsOneThatKubernetesAccepts) {
  struct Case {
    std::string text;
    std::string name;
  };
  for (const auto& [text, name] : {
           Case{"pulsar-tls-ca.crt", "pulsar-tls-ca-crt"},
           Case{"Secret_._Key", "secret-key"},
           Case{"own-_key", "own--key"},
           Case{"..a..", "a"},
           Case{"", "volume"},
           Case{"---", "volume"},
           Case{std::string(80, 'x'), std::string(63, 'x')},
           Case{std::string(62, 'x') + "..y", std::string(62, 'x')},
       }) {
    EXPECT_EQ(volume_name(text), name) << text;
  }
}

}  // namespace
}  // namespace functionmesh::render
