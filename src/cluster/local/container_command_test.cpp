#include "cluster/local/container_command.hpp"

#include <gtest/gtest.h>

namespace functionmesh::local {
namespace {

LocalNames example_names() {
  return {.paths = {{"/pulsar", "/state/p-0/pulsar"},
                    {"/etc/oauth2", "/state/p-0/volumes/etc/oauth2"},
                    {"/tmp/my fn.jar", "/state/files/1/my-fn.jar"}},
          .python = "/venv/bin/python",
          .grpc_port = 20001,
          .metrics_port = 20002,
          .java_options = "-XX:MaxRAM=1073741824"};
}

TEST(ContainerCommand, MovesPathsOnlyWhereTheyBegin) {
  struct {
    std::string text;
    std::string local;
  } const cases[] = {
      {"/pulsar", "/state/p-0/pulsar"},
      {"/pulsar/lib/*", "/state/p-0/pulsar/lib/*"},
      {"-cp /pulsar/a.jar:/pulsar/b.jar", "-cp /state/p-0/pulsar/a.jar:/state/p-0/pulsar/b.jar"},
      {"-Dx=/pulsar/conf", "-Dx=/state/p-0/pulsar/conf"},
      {"$(echo /pulsar/lib/x-*.jar)", "$(echo /state/p-0/pulsar/lib/x-*.jar)"},
      {"'{\"f\":\"/pulsar/tmp\"}'", "'{\"f\":\"/state/p-0/pulsar/tmp\"}'"},
      {"file:///pulsar/key", "file:///state/p-0/pulsar/key"},
      {"file:///etc/oauth2/key.json", "file:///state/p-0/volumes/etc/oauth2/key.json"},
      {"PATH=$PATH:/pulsar/bin", "PATH=$PATH:/state/p-0/pulsar/bin"},
      {"--jar '/tmp/my fn.jar' x", "--jar '/state/files/1/my-fn.jar' x"},
      {"pulsar://host:6650", "pulsar://host:6650"},
      {"persistent://pulsar/system/x", "persistent://pulsar/system/x"},
      {"http://host/pulsar/x", "http://host/pulsar/x"},
      {"/pulsar-data /pulsars /pulsar.txt", "/pulsar-data /pulsars /pulsar.txt"},
      {"/opt/pulsar/lib $HOME/pulsar ${X}/pulsar", "/opt/pulsar/lib $HOME/pulsar ${X}/pulsar"},
      {"/etc/oauth2-package-service/k", "/etc/oauth2-package-service/k"},
      {"", ""},
  };
  for (const auto& [text, local] : cases) {
    EXPECT_EQ(local_paths(text, example_names()), local);
  }
}

TEST(ContainerCommand, LeavesTheDownloadToTheFetcher) {
  EXPECT_EQ(local_script("wget http://h/SHARD_ID=1 -O a.jar && SHARD_ID=${POD_NAME##*-} && exec x",
                         example_names()),
            "SHARD_ID=${POD_NAME##*-} && exec x");
  EXPECT_EQ(local_script("sleep 10s && /pulsar/bin/pulsar-admin topics", example_names()),
            "sleep 10s && /state/p-0/pulsar/bin/pulsar-admin topics");
}

TEST(ContainerCommand, GivesAnInstanceItsOwnPorts) {
  EXPECT_EQ(local_script("--function_details '{\"a\":\" --port 9093 \"}' --port 9093 "
                         "--metrics_port 9094 --port 9093",
                         example_names()),
            "--function_details '{\"a\":\" --port 9093 \"}' --port 20001 --metrics_port 20002 "
            "--port 9093");
}

TEST(ContainerCommand, GivesAGoInstanceItsOwnPorts) {
  EXPECT_EQ(local_script(R"(GO_FUNCTION_CONF='{"port":9093,"userConfig":"{\"metricsPort\":9094,)"
                         R"(\"port\":9093}","metricsPort": 9094}' && exec f)",
                         example_names()),
            R"(GO_FUNCTION_CONF='{"port":20001,"userConfig":"{\"metricsPort\":9094,)"
            R"(\"port\":9093}","metricsPort": 20002}' && exec f)");
  EXPECT_EQ(local_script(R"(GO_FUNCTION_CONF={\"port\":9093,\"metricsPort\":9094} && exec f)",
                         example_names()),
            R"(GO_FUNCTION_CONF={\"port\":20001,\"metricsPort\":20002} && exec f)");
  EXPECT_EQ(local_script(R"(GO_FUNCTION_CONF='{"port":90931}')", example_names()),
            R"(GO_FUNCTION_CONF='{"port":90931}')");
}

TEST(ContainerCommand, TellsTheJvmItsOptionsAndPythonItsInterpreter) {
  EXPECT_EQ(local_script("echo 'exec java' && exec java -cp x Main", example_names()),
            "echo 'exec java' && exec java -XX:MaxRAM=1073741824 -cp x Main");
  EXPECT_EQ(local_script("exec python /pulsar/i.py", example_names()),
            "exec /venv/bin/python /state/p-0/pulsar/i.py");
  EXPECT_EQ(local_script("exec python3 x", example_names()), "exec python3 x");
}

TEST(ContainerCommand, FindsTheFunctionFile) {
  struct {
    std::string script;
    std::optional<std::string> file;
  } const cases[] = {
      {"exec java -cp c Main --jar lib/fn.jar --instance_id 0", "lib/fn.jar"},
      {"exec java Main --jar '/tmp/my fn.jar' --x", "/tmp/my fn.jar"},
      {"exec python main.py --py /pulsar/exclamation.py --x", "/pulsar/exclamation.py"},
      {"exec pulsar_rust_instance --function_file f.js --language nodejs", "f.js"},
      {"GO_FUNCTION_CONF=1 && ls -l ./fn && chmod +x ./fn && exec ./fn -instance-conf ${c}",
       "./fn"},
      {"exec java Main --function_details '{\"x\":\" --jar no.jar \"}'", std::nullopt},
      {"sleep infinity", std::nullopt},
      {"exec java Main --jar", std::nullopt},
      {"exec java Main --jar 'open", std::nullopt},
  };
  for (const auto& [script, file] : cases) {
    EXPECT_EQ(function_file(script), file) << script;
  }
}

TEST(ContainerCommand, KnowsWhatNeedsJava) {
  EXPECT_TRUE(runs_java("echo x && exec java -cp y"));
  EXPECT_FALSE(runs_java("exec python x --py 'exec java'"));
}

}  // namespace
}  // namespace functionmesh::local
