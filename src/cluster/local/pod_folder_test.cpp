#include "cluster/local/pod_folder.hpp"

#include <fstream>
#include <sstream>

#include "cluster/local/loop_for_tests.hpp"

namespace functionmesh::local {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

class PodFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    write(home / "lib/a.jar", "jar");
    write(home / "conf/client.conf", "conf");
    write(home / "bin/pulsar-admin", "admin");
    write(home / "examples/e.jar", "example");
    write(home / "instances/java-instance.jar", "java");
    write(home / "instances/python-instance/main.py", "main");
    write(home / "instances/python-instance/log.py", "log");
    write(home / "instances/python-instance/server.py", "port('[::]:%d' % port)");
    const auto prepared = folder.prepare();
    ASSERT_TRUE(prepared) << prepared.error().message;
  }

  const TestFolder test;
  const fs::path home = test / "home";
  PodFolder folder{test / "pods/ns/f-0", home};
  const fs::path pulsar = folder.pulsar();
};

TEST_F(PodFolderTest, LooksLikeTheContainer) {
  EXPECT_EQ(content(pulsar / "lib/a.jar"), "jar");
  EXPECT_EQ(content(pulsar / "conf/client.conf"), "conf");
  EXPECT_EQ(content(pulsar / "bin/pulsar-admin"), "admin");
  EXPECT_EQ(content(pulsar / "instances/java-instance.jar"), "java");
  EXPECT_TRUE(fs::is_directory(pulsar / "conf/java-log"));
  EXPECT_TRUE(fs::is_directory(pulsar / "logs/functions"));
  EXPECT_TRUE(fs::is_regular_file(pulsar / "bin/pulsarctl"));
}

TEST_F(PodFolderTest, PythonInstanceListensOnLoopback) {
  EXPECT_EQ(content(pulsar / "instances/python-instance/server.py"), "port('127.0.0.1:%d' % port)");
}

TEST_F(PodFolderTest, NothingWrittenReachesTheRunnerHome) {
  write(pulsar / "conf/java-log/x.xml", "x");
  write(pulsar / "instances/python-instance/log.py", "edited");
  write(pulsar / "tmp/x", "x");
  ASSERT_TRUE(folder.link("examples/mine.jar", test / "mine.jar"));
  EXPECT_FALSE(fs::exists(home / "conf/java-log"));
  EXPECT_FALSE(fs::exists(home / "tmp"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(home / "examples/mine.jar")));
  EXPECT_EQ(content(home / "instances/python-instance/log.py"), "log");
  ASSERT_TRUE(folder.prepare());
  EXPECT_EQ(content(pulsar / "instances/python-instance/log.py"), "log");
  EXPECT_EQ(content(pulsar / "examples/e.jar"), "example");
}

TEST_F(PodFolderTest, PutsTheFunctionFileWhereTheScriptNamesIt) {
  write(test / "fn.jar", "fn");
  for (const auto* place : {"fn.jar", "examples/e.jar", "a/b/fn.jar", "./fn2.jar"}) {
    ASSERT_TRUE(folder.link(place, test / "fn.jar")) << place;
    EXPECT_EQ(content(pulsar / place), "fn") << place;
  }
  EXPECT_EQ(content(home / "examples/e.jar"), "example");
  for (const auto* place : {"../x.jar", "a/../../x", "/etc/x", ""}) {
    EXPECT_FALSE(folder.link(place, test / "fn.jar")) << place;
  }
}

TEST_F(PodFolderTest, ProjectsSecretsForItsUserAlone) {
  Mount mount;
  mount.path = "/etc/oauth2";
  mount.files = {{"key.json", "secret"}, {"sub/other", "more"}};
  const auto place = folder.mount(mount);
  ASSERT_TRUE(place) << place.error().message;
  EXPECT_EQ(*place, folder.root() / "volumes/etc/oauth2");
  EXPECT_EQ(content(*place / "key.json"), "secret");
  EXPECT_EQ(content(*place / "sub/other"), "more");
  EXPECT_EQ(fs::status(*place / "key.json").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  mount.files = {{"../../escape", "x"}};
  EXPECT_FALSE(folder.mount(mount));
}

TEST_F(PodFolderTest, MountsBelowPulsarHideWhatIsThere) {
  Mount mount;
  mount.path = "/pulsar/conf/java-log/";
  mount.files = {{"java_instance_log4j.xml", "<x/>"}};
  EXPECT_TRUE(folder.mount(mount));
  EXPECT_EQ(content(pulsar / "conf/java-log/java_instance_log4j.xml"), "<x/>");
  mount.path = "/pulsar/examples";
  EXPECT_TRUE(folder.mount(mount));
  EXPECT_FALSE(fs::exists(pulsar / "examples/e.jar"));
  EXPECT_TRUE(fs::exists(home / "examples/e.jar"));
}

TEST_F(PodFolderTest, PrivateVolumesKeepTheirContent) {
  Mount mount;
  mount.path = "/pulsar/logs/functions";
  mount.private_folder = "filebeat-logs";
  ASSERT_TRUE(folder.mount(mount));
  write(pulsar / "logs/functions/x.log", "x");
  ASSERT_TRUE(folder.prepare());
  ASSERT_TRUE(folder.mount(mount));
  EXPECT_EQ(content(pulsar / "logs/functions/x.log"), "x");
}

TEST(PodFolder, SaysWhatIsMissing) {
  const TestFolder test;
  const auto prepared = PodFolder(test / "pod", test / "no-home").prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().message, (test / "no-home").string() + ": No such file or directory");
}

}  // namespace
}  // namespace functionmesh::local
