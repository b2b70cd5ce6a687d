# ./dev runner: the runner home, what /pulsar is in a container: Pulsar's distribution, connectors, a
# Python environment, the examples' Java. It lives in the cache, and `functionmesh` finds it there.

pulsar_version=4.0.8
connectors=(data-generator file http)
python_packages=(
  'pulsar-client[functions]==3.13.0' python-json-logger # what a runner image has
  pytest pyyaml kubernetes==34.1.0                      # for the tests
)
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
  java -Xshare:on -version >/dev/null 2>&1 || return 0 # a Java without class archives
  part broker.jsa "class archive of the broker (starts in 4 s, not 12)" \
    "$runner $(java -version 2>&1 | tail -n 1) $(hash_of tests/testbed/pulsar/standalone.sh)" \
    make_archive
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
  step "runner-${name:-distribution}" "$text" "$command" "$new/made"
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
  local artifact=org.apache.pulsar:pulsar-server-distribution:$pulsar_version:tar.gz:bin
  mkdir "$1"
  maven_copy "$artifact" "$1/.download"
  tar xzf "$1/.download"/*.tar.gz -C "$1" --strip-components=1
  rm -r "$1/.download"
}

# The connectors' artifacts are called .jar and are whole NARs.
make_connectors() {
  local name
  mkdir "$1"
  for name in "${connectors[@]}"; do
    maven_copy "org.apache.pulsar:pulsar-io-$name:$pulsar_version:jar" "$1"
    mv "$1/pulsar-io-$name-$pulsar_version.jar" "$1/pulsar-io-$name-$pulsar_version.nar"
  done
}

make_venv() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --disable-pip-version-check "${python_packages[@]}"
}

example_sources() {
  find examples/java -name "*.java" | LC_ALL=C sort
}

make_functions() {
  mkdir -p "$1" "$1/.classes"
  find examples/java -name '*.java' -print0 |
    xargs -0 javac --release 17 -proc:none -cp "$runner/instances/java-instance.jar" -d "$1/.classes"
  jar --create --file "$1/examples.jar" -C "$1/.classes" .
  rm -r "$1/.classes"
}

# The classes that a broker loads until it is ready, put into one file that the next start maps.
make_archive() {
  local folder=$1.folder ports pid
  read -r -a ports < <(free_ports 2)
  tests/testbed/pulsar/standalone.sh "$runner" "$folder" "${ports[@]}" \
    -XX:ArchiveClassesAtExit="$1" &
  pid=$!
  for _ in $(seq 1 600); do
    grep -qs 'messaging service is ready' "$folder/broker.log" && break
    kill -0 "$pid" || break
    sleep 0.2
  done
  sleep 2 # what it loads just after that
  kill "$pid" || true
  wait "$pid" || true
  tail -n 20 "$folder/broker.log"
  rm -rf "$folder"
  [ -s "$1" ]
}

# free_ports COUNT: TCP ports that nobody listens on now.
free_ports() {
  python3 - "$1" <<'PYTHON'
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in sockets))
PYTHON
}
