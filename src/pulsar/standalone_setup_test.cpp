#include "pulsar/standalone_setup.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/atomic_file.hpp"
#include "pulsar/folder_lock.hpp"

namespace functionmesh::pulsar {
namespace {

using std::filesystem::path;

class StandaloneSetup : public testing::Test {
 protected:
  StandaloneSetup() {
    options.folder = path(testing::TempDir()) / ("standalone_" + std::to_string(getpid()));
    std::filesystem::create_directories(options.folder);
  }
  ~StandaloneSetup() override { std::filesystem::remove_all(options.folder); }

  StandaloneOptions options;
  boost::asio::io_context loop;
};

TEST_F(StandaloneSetup, KeepsItsPorts) {
  const auto first = choose_ports(options, {});
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_NE(first->broker, 0);
  EXPECT_NE(first->broker, first->web);
  const auto second = choose_ports(options, {});
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->broker, first->broker);
  EXPECT_EQ(second->web, first->web);
}

TEST_F(StandaloneSetup, TellsWhenAPortCannotBeKept) {
  boost::asio::ip::tcp::acceptor taken(loop, {boost::asio::ip::address_v4::loopback(), 0});
  const std::uint16_t port = taken.local_endpoint().port();
  ASSERT_TRUE(base::write_file(options.folder / "ports.json",
                               "{\"broker\": " + std::to_string(port) + ", \"web\": \"x\"}")
                  .has_value());
  std::vector<std::string> told;
  const auto ports =
      choose_ports(options, [&told](const std::string& line) { told.push_back(line); });
  ASSERT_TRUE(ports.has_value());
  EXPECT_NE(ports->broker, port);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("port " + std::to_string(port)), std::string::npos) << told[0];
}

TEST_F(StandaloneSetup, RefusesAPortThatWasAskedForAndIsTaken) {
  boost::asio::ip::tcp::acceptor taken(loop, {boost::asio::ip::address_v4::loopback(), 0});
  options.web_port = taken.local_endpoint().port();
  const auto ports = choose_ports(options, {});
  ASSERT_FALSE(ports.has_value());
  EXPECT_EQ(ports.error().message, "port " + std::to_string(*options.web_port) +
                                       " for Pulsar's web service is taken by another program");
}

TEST_F(StandaloneSetup, WritesItsPortsAndPlacesIntoTheConfiguration) {
  options.name = "here";
  const std::string conf = broker_conf(options, {.broker = 1234, .web = 2345});
  for (const std::string& line :
       {std::string("clusterName=here\n"), std::string("brokerServicePort=1234\n"),
        std::string("webServicePort=2345\n"), std::string("bindAddress=127.0.0.1\n"),
        std::string("enablePackagesManagement=true\n"),
        "STORAGE_PATH=" + (options.folder / "packages").string() + "\n"}) {
    EXPECT_NE(conf.find("\n" + line), std::string::npos) << line << " is not in\n" << conf;
  }
}

TEST_F(StandaloneSetup, PutsJarsInOrderAndUsesTheArchiveThatIsThere) {
  options.distribution = options.folder / "dist";
  for (const char* file : {"lib/b.jar", "lib/a-2.jar", "lib/a.jar", "lib/note.txt"}) {
    ASSERT_TRUE(base::write_file(options.distribution / file, "x").has_value());
  }
  const std::string lib = (options.distribution / "lib").string();
  auto command = java_command(options);
  const auto class_path = std::ranges::find(command, "-cp") + 1;
  EXPECT_EQ(*class_path, lib + "/a-2.jar:" + lib + "/a.jar:" + lib + "/b.jar");
  const std::string archive =
      "-XX:SharedArchiveFile=" + (options.distribution / "broker.jsa").string();
  EXPECT_EQ(std::ranges::count(command, archive), 0);
  ASSERT_TRUE(base::write_file(options.distribution / "broker.jsa", "x").has_value());
  command = java_command(options);
  EXPECT_EQ(std::ranges::count(command, archive), 1);
}

TEST_F(StandaloneSetup, PicksTheLinesOfALogThatTell) {
  EXPECT_EQ(telling_lines(""), "");
  EXPECT_EQ(telling_lines("one\n\n  \ntwo\r\n"), "  one\n  two\r");
  EXPECT_EQ(telling_lines("2026-01-31 INFO x - java.lang.Exception: harmless\n"
                          "2026-01-31 ERROR x - cannot start\n"
                          "java.net.BindException: in use\n"
                          "\tat a.b.Exceptions(C.java)\n"
                          "Caused by: java.io.IOException: why\n"
                          "2026-01-31 INFO x - closing\n"),
            "  2026-01-31 ERROR x - cannot start\n"
            "  java.net.BindException: in use\n"
            "  Caused by: java.io.IOException: why");
}

TEST_F(StandaloneSetup, LetsOneProgramIntoAFolder) {
  {
    const auto first = FolderLock::take(options.folder);
    ASSERT_TRUE(first.has_value()) << first.error().message;
    const auto second = FolderLock::take(options.folder);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, base::Error::Code::conflict);
    EXPECT_TRUE(second.error().message.ends_with("process " + std::to_string(getpid())))
        << second.error().message;
    EXPECT_FALSE(FolderLock::take(options.folder).has_value()) << "asking does not unlock";
  }
  EXPECT_TRUE(FolderLock::take(options.folder).has_value());
}

TEST_F(StandaloneSetup, IgnoresThatAProcessNumberWasUsedAgain) {
  ASSERT_TRUE(
      base::write_file(options.folder / "lock", "1 " + std::to_string(getpid())).has_value());
  EXPECT_TRUE(FolderLock::take(options.folder).has_value());
}

}  // namespace
}  // namespace functionmesh::pulsar
