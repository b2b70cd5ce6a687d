#!/usr/bin/env bash
# standalone.sh RUNNER_HOME FOLDER BROKER_PORT WEB_PORT [JVM OPTION...]: see README.md
set -euo pipefail
home=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
broker_port=$3
web_port=$4
address=${PULSAR_ADDRESS:-127.0.0.1}
shift 4

cat >"$folder/standalone.conf" <<TEXT
clusterName=standalone
brokerServicePort=$broker_port
webServicePort=$web_port
bindAddress=$address
advertisedAddress=$address
managedLedgerDefaultEnsembleSize=1
managedLedgerDefaultWriteQuorum=1
managedLedgerDefaultAckQuorum=1
managedLedgerCacheSizeMB=32
defaultNumberOfNamespaceBundles=1
loadBalancerEnabled=false
transactionCoordinatorEnabled=false
webSocketServiceEnabled=false
brokerDeleteInactiveTopicsEnabled=false
brokerShutdownTimeoutMs=5000
allowAutoTopicCreationType=non-partitioned
enablePackagesManagement=true
packagesManagementStorageProvider=org.apache.pulsar.packages.management.storage.filesystem.FileSystemPackagesStorageProvider
numIOThreads=2
numHttpServerThreads=8
numOrderedExecutorThreads=2
numExecutorThreadPoolSize=2
numCacheExecutorThreadPoolSize=2
bookkeeperClientNumWorkerThreads=1
allowLoopback=true
listeningInterface=lo
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
TEXT
cat >"$folder/log4j2.properties" <<TEXT
status=warn
appender.file.type=File
appender.file.name=File
appender.file.fileName=$folder/broker.log
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{ISO8601} %-5p %t %c{1.} - %m%n
rootLogger.level=info
rootLogger.appenderRef.file.ref=File
TEXT

opens=()
for package in java.base/java.io java.base/java.nio java.base/java.util.zip \
  java.base/jdk.internal.misc java.base/jdk.internal.platform java.management/sun.management \
  jdk.management/com.sun.management.internal; do
  opens+=(--add-opens "$package=ALL-UNNAMED")
done
archive=()
if [ -f "$home/broker.jsa" ] && [[ "$*" != *-XX:ArchiveClassesAtExit* ]]; then
  archive=(-XX:SharedArchiveFile="$home/broker.jsa")
fi
class_path=$(LC_ALL=C && printf '%s:' "$home"/lib/*.jar)
drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadata

cd "$folder" # the package service stores below the working directory
exec java "${archive[@]}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+PerfDisableSharedMem \
  -Xms64m -Xmx256m -XX:MaxDirectMemorySize=256m -Xss512k "${opens[@]}" \
  -Dio.netty.tryReflectionSetAccessible=true -Dio.netty.allocator.numDirectArenas=2 \
  -Dio.netty.leakDetection.level=disabled -Dpulsar.allocator.exit_on_oom=false \
  -Djute.maxbuffer=10485760 -Djava.net.preferIPv4Stack=true -Dlog4j.shutdownHookEnabled=false \
  -Dlog4j.configurationFile="$folder/log4j2.properties" \
  -Dbookkeeper.metadata.bookie.drivers="${drivers}BookieDriver" \
  -Dbookkeeper.metadata.client.drivers="${drivers}ClientDriver" \
  "$@" -cp "${class_path%:}" org.apache.pulsar.PulsarStandaloneStarter \
  -c "$folder/standalone.conf" -nfw -nss -a "$address" --metadata-dir="$folder/data/metadata" \
  --bookkeeper-dir="$folder/data/bookkeeper" --bookkeeper-port=0
