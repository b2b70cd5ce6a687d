#include "base/shell.hpp"
#include "render/instance_command.hpp"
#include "render/log_config.hpp"
#include "render/resources.hpp"

namespace functionmesh::render {
namespace {

constexpr std::string_view kInstanceJar = "/pulsar/instances/java-instance.jar";
constexpr std::string_view kMainClass = "org.apache.pulsar.functions.instance.JavaInstanceMain";

// The shell finds the versions of the two libraries that reading YAML log settings takes.
constexpr std::string_view kYamlLibraries =
    ":$(echo /pulsar/lib/com.fasterxml.jackson.dataformat-jackson-dataformat-yaml-*.jar)"
    ":$(echo /pulsar/lib/org.yaml-snakeyaml-*.jar)";

// A Java instance lives on what the JVM finds in the container: heap by percentage, and a file to
// look into when memory runs out.
constexpr std::string_view kCollector =
    "-XX:+UseG1GC -XX:+HeapDumpOnOutOfMemoryError "
    "'-XX:HeapDumpPath=/pulsar/tmp/heapdump-%p.hprof' -XX:+ExitOnOutOfMemoryError "
    "'-Xlog:gc*:file=/pulsar/logs/gc.log:time,level,tags:filecount=5,filesize=10M'";

constexpr std::int64_t kDirectMemoryShare = 5;

std::string_view or_default(const std::optional<std::string>& given, std::string_view fallback) {
  return given && !given->empty() ? std::string_view{*given} : fallback;
}

std::string class_path(const api::JavaRuntime& java) {
  std::string path = base::shell_quote(or_default(java.instance_path, kInstanceJar));
  path += kYamlLibraries;
  if (!java.extra_dependencies_dir.empty()) {
    path += ':';
    path += base::shell_quote(java.extra_dependencies_dir + "/*");
  }
  return path;
}

/// A fifth of the memory limit; 0, the JVM's word for "as much as the heap", without one.
std::string direct_memory(const api::ComponentSpec& spec) {
  const auto limit = amount_of(spec.resources, "limits", "memory");
  return limit ? limit->part(kDirectMemoryShare).text() : "0";
}

void add_user_options(ShellLine& line, const std::vector<std::string>& options) {
  for (const std::string& option : options) {
    const auto words = base::shell_words(option);
    if (!words) {
      line.value(option);  // a quote is left open: the JVM will say what it thinks of it
      continue;
    }
    for (const std::string& word : *words) {
      line.value(word);
    }
  }
}

}  // namespace

std::vector<std::string> java_commands(const Context& context) {
  const api::ComponentSpec& spec = context.spec;
  const api::JavaRuntime& java = *spec.java;
  ShellLine line{"exec java"};
  line.raw_option("-cp", class_path(java))
      .value("-Dpulsar.functions.instance.classpath=/pulsar/lib/*")
      .raw("-Dlog4j.configurationFile=" + log4j_path(spec))
      .raw("-Dpulsar.function.log.dir=logs/functions")
      .raw("-Dpulsar.function.log.file=" + base::shell_quote(spec.name) + "-\"${SHARD_ID}\"")
      .raw("-Dpulsar.allocator.exit_on_oom=true");
  if (java.log && !java.log->level.empty()) {
    const std::string level{log4j_level(java.log->level)};
    line.raw("-Dpulsar.log.level=" + level).raw("-Dbk.log.level=" + level);
  }
  line.raw("-XX:MaxRAMPercentage=70").raw("-XX:MaxDirectMemorySize=" + direct_memory(spec));
  line.raw(kCollector);
  add_user_options(line, java.java_opts);
  line.value(or_default(java.entry_class, kMainClass)).option("--jar", package_path(context));
  add_instance_options(line, context);
  if (spec.source_connector || spec.sink_connector) {
    line.raw("--connectors_directory /pulsar/connectors");
  }
  add_secrets_provider(line, spec,
                       "org.apache.pulsar.functions.secretsprovider."
                       "EnvironmentBasedSecretsProvider");
  add_state_store(line, spec);
  if (spec.stateful_config && spec.stateful_config->pulsar &&
      spec.stateful_config->pulsar->java_provider) {
    line.option("--state_storage_impl_class",
                spec.stateful_config->pulsar->java_provider->class_name);
  }
  if (context.component.kind == api::Kind::function && spec.max_pending_async_requests) {
    line.option("--pending_async_requests", std::to_string(*spec.max_pending_async_requests));
  }
  return {write_java_log_config(context), line.text()};
}

}  // namespace functionmesh::render
