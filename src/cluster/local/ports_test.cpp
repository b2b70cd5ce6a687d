#include "cluster/local/ports.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace functionmesh::local {
namespace {

TEST(Ports, GivesTheSamePortToTheSameNameAndNeverOneTwice) {
  Ports ports;
  const auto port = ports.take("default/f-0 grpc");
  ASSERT_TRUE(port);
  EXPECT_NE(ports.take("default/f-0 grpc"), port);
  ports.give_back(*port);
  EXPECT_EQ(ports.take("default/f-0 grpc"), port);
}

TEST(Ports, AvoidsWhatSomebodyListensOn) {
  const int port = *Ports().take("somebody");
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(fd, 1), 0);
  EXPECT_FALSE(Ports::is_free(port));
  EXPECT_NE(*Ports().take("somebody"), port);
  ::close(fd);
  EXPECT_TRUE(Ports::is_free(port));
}

}  // namespace
}  // namespace functionmesh::local
