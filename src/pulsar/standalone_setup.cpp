#include "pulsar/standalone_setup.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>
#include <sstream>

#include "base/atomic_file.hpp"
#include "base/json.hpp"

namespace functionmesh::pulsar {
namespace {

using base::Error;
using base::Result;
using std::filesystem::path;

/// Listens on a loopback port for a moment; 0 asks for a free one. Gives its number, 0 when taken.
std::uint16_t try_port(std::uint16_t port) {
  using boost::asio::ip::tcp;
  boost::asio::io_context unused;
  tcp::acceptor acceptor(unused);
  boost::system::error_code error;
  const tcp::endpoint wanted(boost::asio::ip::address_v4::loopback(), port);
  acceptor.open(wanted.protocol(), error);
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  acceptor.bind(wanted, error);
  if (error) {
    return 0;
  }
  acceptor.listen(1, error);
  return error ? std::uint16_t{0} : acceptor.local_endpoint().port();
}

std::uint16_t kept_port(const base::Json& kept, std::string_view name) {
  const std::int64_t port = base::number_at(kept, {name});
  return port > 0 && port < 65536 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

Result<std::uint16_t> choose_port(const char* name, std::optional<std::uint16_t> asked,
                                  std::uint16_t kept, std::uint16_t other,
                                  const Standalone::Progress& told) {
  if (asked) {
    if (try_port(*asked) == 0) {
      return base::fail(Error::Code::unavailable, std::string("port ") + std::to_string(*asked) +
                                                      " for Pulsar's " + name +
                                                      " is taken by another program");
    }
    return *asked;
  }
  if (kept != 0 && try_port(kept) != 0) {
    return kept;
  }
  std::uint16_t port = 0;
  do {
    port = try_port(0);
  } while (port != 0 && port == other);
  if (port == 0) {
    return base::fail(Error::Code::unavailable, "there is no free port on 127.0.0.1");
  }
  if (kept != 0 && told) {
    told("port " + std::to_string(kept) + " of Pulsar's " + name +
         " is taken by another program; now it is " + std::to_string(port));
  }
  return port;
}

std::string read_file(const path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// The jars in the order that the class archive was made with: by their bytes.
std::string class_path(const path& distribution) {
  std::vector<std::string> jars;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(distribution / "lib", error)) {
    if (entry.path().extension() == ".jar") {
      jars.push_back(entry.path().string());
    }
  }
  std::ranges::sort(jars);
  std::string text;
  for (const std::string& jar : jars) {
    text += (text.empty() ? "" : ":") + jar;
  }
  return text;
}

}  // namespace

Result<Ports> choose_ports(const StandaloneOptions& options, const Standalone::Progress& told) {
  const path file = options.folder / "ports.json";
  const auto kept = base::parse_json(read_file(file)).value_or(base::Json{});
  const auto broker =
      choose_port("broker", options.broker_port, kept_port(kept, "broker"), 0, told);
  if (!broker) {
    return std::unexpected(broker.error());
  }
  const auto web =
      choose_port("web service", options.web_port, kept_port(kept, "web"), *broker, told);
  if (!web) {
    return std::unexpected(web.error());
  }
  const auto written = base::write_file(
      file, base::write_json(base::JsonObject{{"broker", *broker}, {"web", *web}}) + "\n");
  if (!written) {
    return std::unexpected(written.error());
  }
  return Ports{.broker = *broker, .web = *web};
}

path broker_conf_file(const StandaloneOptions& options) {
  return options.folder / "standalone.conf";
}

path log_conf_file(const StandaloneOptions& options) {
  return options.folder / "log4j2.properties";
}

std::string broker_conf(const StandaloneOptions& options, const Ports& ports) {
  std::ostringstream text;
  text << "# Written at each start; changes are lost.\n"
       << "clusterName=" << options.name << "\n"
       << "brokerServicePort=" << ports.broker << "\n"
       << "webServicePort=" << ports.web << "\n"
       << "enablePackagesManagement=true\n"
       << "packagesManagementStorageProvider=org.apache.pulsar.packages.management.storage."
          "filesystem.FileSystemPackagesStorageProvider\n"
       << "STORAGE_PATH=" << (options.folder / "packages").string() << "\n"
       << R"(
# Nobody but this machine.
bindAddress=127.0.0.1
advertisedAddress=127.0.0.1
allowLoopback=true
listeningInterface=lo

# One broker, one bookie.
managedLedgerDefaultEnsembleSize=1
managedLedgerDefaultWriteQuorum=1
managedLedgerDefaultAckQuorum=1
defaultNumberOfNamespaceBundles=1
loadBalancerEnabled=false
transactionCoordinatorEnabled=false
webSocketServiceEnabled=false
functionsWorkerEnablePackageManagement=false
brokerShutdownTimeoutMs=5000

# Topics stay, and what was consumed can be looked at for a while.
allowAutoTopicCreationType=non-partitioned
brokerDeleteInactiveTopicsEnabled=false
defaultRetentionTimeInMinutes=60
defaultRetentionSizeInMB=64

# Small: two cores, 256 MiB of heap. A laptop's disk may be nearly full.
numIOThreads=2
numHttpServerThreads=8
numOrderedExecutorThreads=2
numExecutorThreadPoolSize=2
numCacheExecutorThreadPoolSize=2
numWorkerThreadsForNonPersistentTopic=1
bookkeeperClientNumWorkerThreads=1
managedLedgerCacheSizeMB=32
journalSyncData=false
journalPreAllocSizeMB=4
journalMaxSizeMB=64
entryLogFilePreAllocationEnabled=false
dbStorage_writeCacheMaxSizeMb=16
dbStorage_readAheadCacheMaxSizeMb=8
dbStorage_rocksDB_blockCacheSize=8388608
dbStorage_rocksDB_writeBufferSizeMB=4
diskUsageThreshold=0.99
diskUsageWarnThreshold=0.98
)";
  return text.str();
}

std::string log_conf(const path& log_file) {
  return "status=warn\n"
         "appender.file.type=RollingFile\n"
         "appender.file.name=File\n"
         "appender.file.fileName=" +
         log_file.string() +
         "\n"
         "appender.file.filePattern=" +
         log_file.string() +
         ".%i\n"
         "appender.file.layout.type=PatternLayout\n"
         "appender.file.layout.pattern=%d{ISO8601} %-5p %t %c{1.} - %m%n\n"
         "appender.file.policies.type=Policies\n"
         "appender.file.policies.size.type=SizeBasedTriggeringPolicy\n"
         "appender.file.policies.size.size=10MB\n"
         "appender.file.strategy.type=DefaultRolloverStrategy\n"
         "appender.file.strategy.max=2\n"
         "rootLogger.level=info\n"
         "rootLogger.appenderRef.file.ref=File\n";
}

std::vector<std::string> java_command(const StandaloneOptions& options) {
  const path& folder = options.folder;
  const std::string drivers = "org.apache.pulsar.metadata.bookkeeper.PulsarMetadata";
  std::vector<std::string> command{
      "java",
      // A young JVM that is ready soon: no second compiler, no parallel collector, little memory.
      "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+PerfDisableSharedMem", "-Xms64m",
      // With less heap the broker stalls under load instead of failing.
      "-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-Xss512k"};
  const path archive = options.distribution / "broker.jsa";
  std::error_code error;
  if (std::filesystem::exists(archive, error)) {
    // One that does not fit this Java is passed over without a word.
    command.insert(command.end(), {"-XX:SharedArchiveFile=" + archive.string(), "-Xshare:auto",
                                   "-Xlog:disable", "-Xlog:all=error:stderr"});
  }
  for (const char* package :
       {"java.base/java.io", "java.base/java.nio", "java.base/java.util.zip",
        "java.base/jdk.internal.misc", "java.base/jdk.internal.platform",
        "java.management/sun.management", "jdk.management/com.sun.management.internal"}) {
    command.insert(command.end(), {"--add-opens", std::string(package) + "=ALL-UNNAMED"});
  }
  command.insert(command.end(), {"-Djava.net.preferIPv4Stack=true",
                                 "-Djute.maxbuffer=10485760",
                                 "-Dio.netty.tryReflectionSetAccessible=true",
                                 "-Dio.netty.allocator.numDirectArenas=2",
                                 "-Dio.netty.leakDetection.level=disabled",
                                 "-Dpulsar.allocator.exit_on_oom=false",
                                 "-Dlog4j.shutdownHookEnabled=false",
                                 "-Dlog4j2.is.webapp=false",
                                 "-Dlog4j.configurationFile=" + log_conf_file(options).string(),
                                 "-Dpulsar.log.dir=" + (folder / "logs").string(),
                                 "-Dbookkeeper.metadata.bookie.drivers=" + drivers + "BookieDriver",
                                 "-Dbookkeeper.metadata.client.drivers=" + drivers + "ClientDriver",
                                 "-cp",
                                 class_path(options.distribution),
                                 "org.apache.pulsar.PulsarStandaloneStarter",
                                 "-c",
                                 broker_conf_file(options).string(),
                                 "--metadata-dir=" + (folder / "metadata").string(),
                                 "--bookkeeper-dir=" + (folder / "bookkeeper").string(),
                                 "--bookkeeper-port=0",
                                 "--no-functions-worker",
                                 "--no-stream-storage",
                                 "-a",
                                 "127.0.0.1"});
  return command;
}

std::string telling_lines(std::string_view log) {
  constexpr std::size_t wanted = 8;
  std::vector<std::string_view> last;
  std::vector<std::string_view> errors;
  for (std::size_t begin = 0; begin < log.size();) {
    const auto end = std::min(log.find('\n', begin), log.size());
    const std::string_view line = log.substr(begin, std::min<std::size_t>(end - begin, 500));
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      continue;
    }
    last.push_back(line);
    const bool logged = line[0] >= '0' && line[0] <= '9';
    const bool frame = line.starts_with("\tat ") || line.starts_with("\t...");
    const bool exception = line.contains("Exception") || line.contains("Error");
    if (line.contains(" ERROR ") || (!logged && !frame && exception)) {
      errors.push_back(line);
    }
  }
  const auto& chosen = errors.empty() ? last : errors;
  std::string text;
  for (std::size_t at = chosen.size() - std::min(chosen.size(), wanted); at < chosen.size(); ++at) {
    text += (text.empty() ? "  " : "\n  ") + std::string(chosen[at]);
  }
  return text;
}

}  // namespace functionmesh::pulsar
