# ./dev runner: the runner home, what /pulsar is in a container: Pulsar's distribution, connectors, a
# Python environment, the examples' Java. It lives in the cache, and `functionmesh` finds it there.

pulsar_version=4.0.8
connectors=(data-generator file http)
python_packages=('pulsar-client[functions]==3.13.0' pytest pyyaml)
copy_goal=org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy
runner=$cache/runner-$pulsar_version

cmd_runner() {
  cmd_setup
  mkdir -p "$cache"
  rm -rf "$cache"/.new-* # left by a run that was interrupted
  part "" "Pulsar $pulsar_version (245 MB, once)" "$pulsar_version" make_distribution
  part connectors "connectors: ${connectors[*]}" "$pulsar_version ${connectors[*]}" make_connectors
  part venv "Python environment" "$(python3 --version) ${python_packages[*]}" make_venv
  part functions "the examples' Java" "$(hash_of $(example_sources))" make_functions
  part broker.jsa "class archive of the broker (starts in 4 s, not 12)" \
    "$runner $(java -version 2>&1 | tail -n 1)" make_archive
}

# part NAME TEXT KEY COMMAND: makes $runner/NAME (all of it when NAME is empty) by `COMMAND PATH`,
# unless it was made from the same KEY before. It appears under its name only when it is whole.
part() {
  local name=$1 text=$2 key=$3 command=$4
  local stamp=$runner/.made/${name:-distribution} new
  if [ -e "$runner/$name" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then
    return
  fi
  new=$(mktemp -d "$cache/.new-XXXXXX")
  step "runner-${name:-distribution}" "$text" "$command" "$new/made" ||
    fail "could not make ${name:-the distribution} of $runner"
  rm -rf "${runner:?}/$name"
  mv "$new/made" "$runner${name:+/$name}"
  rmdir "$new"
  mkdir -p "$runner/.made"
  printf '%s\n' "$key" >"$stamp"
}

# maven_copy ARTIFACT FOLDER: through the user's own Maven, its local repository and settings.
maven_copy() {
  mvn -B -q -gs scripts/settings.xml "$copy_goal" -Dartifact="$1" -DoutputDirectory="$2"
}

make_distribution() {
  set -e
  local artifact=org.apache.pulsar:pulsar-server-distribution:$pulsar_version:tar.gz:bin
  mkdir "$1"
  maven_copy "$artifact" "$1/.download"
  tar xzf "$1/.download"/*.tar.gz -C "$1" --strip-components=1
  rm -r "$1/.download"
}

# The connectors' artifacts are called .jar and are whole NARs.
make_connectors() {
  set -e
  local name
  mkdir "$1"
  for name in "${connectors[@]}"; do
    maven_copy "org.apache.pulsar:pulsar-io-$name:$pulsar_version:jar" "$1"
    mv "$1/pulsar-io-$name-$pulsar_version.jar" "$1/pulsar-io-$name-$pulsar_version.nar"
  done
}

make_venv() {
  set -e
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --disable-pip-version-check "${python_packages[@]}"
}

example_sources() {
  find examples/java -name "*.java" | LC_ALL=C sort
}

make_functions() {
  set -e
  mkdir -p "$1" "$1/.classes"
  find examples/java -name '*.java' -print0 |
    xargs -0 javac --release 17 -proc:none -cp "$runner/instances/java-instance.jar" -d "$1/.classes"
  jar --create --file "$1/examples.jar" -C "$1/.classes" .
  rm -r "$1/.classes"
}

# A class archive counts only for the same class path: the jars of lib/, sorted as bytes.
make_archive() {
  set -e
  local data=$1.data pid
  mkdir "$data"
  java -XX:ArchiveClassesAtExit="$1" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m \
    -cp "$(broker_class_path)" -Dlog4j2.disable.jmx=true \
    -Dlog4j.configurationFile="$PWD/scripts/broker-log4j2.properties" \
    -Dpulsar.allocator.exit_on_oom=false -Djava.net.preferIPv4Stack=true \
    -Dbookkeeper.metadata.bookie.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver \
    -Dbookkeeper.metadata.client.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataClientDriver \
    org.apache.pulsar.PulsarStandaloneStarter -c "$(broker_conf "$data")" -nfw -nss -a 127.0.0.1 \
    --metadata-dir="$data/metadata" --bookkeeper-dir="$data/bookkeeper" --bookkeeper-port=0 \
    >"$data/out" 2>&1 &
  pid=$!
  for _ in $(seq 1 600); do
    grep -q 'messaging service is ready' "$data/out" && break
    kill -0 "$pid" || break
    sleep 0.2
  done
  sleep 2
  kill "$pid" || true
  wait "$pid" || true
  cat "$data/out"
  rm -rf "$data"
  [ -s "$1" ]
}

# broker_conf FOLDER: a broker.conf for one short run, on free loopback ports.
broker_conf() {
  local ports
  read -r -a ports < <(free_ports 2)
  cat >"$1/standalone.conf" <<TEXT
clusterName=archive
brokerServicePort=${ports[0]}
webServicePort=${ports[1]}
bindAddress=127.0.0.1
advertisedAddress=127.0.0.1
managedLedgerDefaultEnsembleSize=1
managedLedgerDefaultWriteQuorum=1
managedLedgerDefaultAckQuorum=1
loadBalancerEnabled=false
transactionCoordinatorEnabled=false
webSocketServiceEnabled=false
allowLoopback=true
listeningInterface=lo
journalSyncData=false
dbStorage_writeCacheMaxSizeMb=16
dbStorage_readAheadCacheMaxSizeMb=8
TEXT
  echo "$1/standalone.conf"
}

# free_ports COUNT: TCP ports that nobody listens on now.
free_ports() {
  python3 - "$1" <<'PYTHON'
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in sockets))
PYTHON
}

broker_class_path() {
  local LC_ALL=C jars
  jars=("$runner"/lib/*.jar)
  local IFS=:
  echo "${jars[*]}"
}
