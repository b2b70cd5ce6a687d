#!/usr/bin/env bash
# build.sh RUNNER_HOME LAYERS OUT: see README.md
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
examples=$here/../../../examples
home=$(cd "$1" && pwd)
mkdir -p "$2"
layers=$(cd "$2" && pwd)
out=$3
runner_id=10000:10001 # user and group, as in the runner images that are in use

pip_packages=('pulsar-client[functions]==3.13.0' python-json-logger)
debian_packages=openjdk-17-jre-headless,ca-certificates,python3,python-is-python3,python3-pip

# One date for every file: the same content is the same layer.
export SOURCE_DATE_EPOCH=1700000000
new=$(mktemp -d "$layers/.new-XXXXXX")
trap 'rm -rf "$new"' EXIT

# layer NAME KEY: makes LAYERS/NAME.tar.zst of the tar archive that `NAME_layer ARCHIVE` writes, unless
# it was made before of the same KEY by the same function.
layer() {
  local name=$1 key
  key=$(declare -f pack "$1_layer" | cat - <(echo "$2") | sha256sum)
  if [ "$(cat "$layers/$name.key" 2>/dev/null)" = "$key" ]; then
    return
  fi
  echo "layer $name"
  rm -f "$layers/$name.key"
  "${name}_layer" "$new/$name.tar"
  sha256sum "$new/$name.tar" | cut -d ' ' -f 1 >"$layers/$name.tar.zst.digest"
  zstd -q -f -3 -T0 "$new/$name.tar" -o "$layers/$name.tar.zst"
  rm "$new/$name.tar"
  echo "$key" >"$layers/$name.key"
}

# pack ARCHIVE FOLDER OWNER: the content of FOLDER. The group may do what the owner may: on some
# clusters the user is any, and the group is known.
pack() {
  tar --create --file "$1" --directory "$2" --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
    --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
    --owner="${3%:*}" --group="${3#*:}" --numeric-owner --mode='u=rwX,g=rwX,o=rX' $(ls "$2")
}

# Debian with Java and Python. /dev is made by the container runtime; Java's installation fails when
# the folder of its manual pages is missing; the name has to end in .tar, or a folder is made.
base_layer() {
  local id=${runner_id%:*} group=${runner_id#*:} sources=/etc/apt/sources.list
  [ ! -f /etc/apt/sources.list.d/debian.sources ] || sources=/etc/apt/sources.list.d/debian.sources
  mmdebstrap --quiet --variant=essential --include="$debian_packages" \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='mkdir -p "$1/usr/share/man/man1"' \
    --customize-hook="echo 'pulsar:x:$group:' >>\"\$1/etc/group\"" \
    --customize-hook="echo 'pulsar:x:$id:$group::/home/pulsar:/bin/bash' >>\"\$1/etc/passwd\"" \
    --customize-hook="install -d -o $id -g $group \"\$1/home/pulsar\"" \
    --skip=output/dev bookworm "$1" "$sources"
}

# What both runners have of Pulsar, without what only a broker or a worker needs.
pulsar_layer() {
  local stage=$new/pulsar
  mkdir -p "$stage/pulsar"/{connectors,logs,tmp,download,instances}
  cp -al "$home"/{lib,conf,bin,examples} "$stage/pulsar/"
  find "$stage/pulsar/lib" \( -name 'org.rocksdb-*' -o -name 'io.kubernetes-*' \
    -o -name 'io.vertx-*' -o -name 'org.apache.pulsar-jetcd-core-shaded-*' \) -delete
  cp -l "$home"/connectors/*.nar "$stage/pulsar/connectors/"
  pack "$1" "$stage" "$runner_id"
  rm -r "$stage"
}

# The two jars in deps/ are where the commands look for them: the instance's own class loader lacks
# them, and a log configuration in YAML needs them.
java_layer() {
  local stage=$new/java
  mkdir -p "$stage/pulsar/instances/deps"
  cp "$home/instances/java-instance.jar" "$stage/pulsar/instances/"
  cp "$home"/lib/com.fasterxml.jackson.dataformat-jackson-dataformat-yaml-*.jar \
    "$stage/pulsar/instances/deps/dataformat-jackson-dataformat-yaml.jar"
  cp "$home"/lib/org.yaml-snakeyaml-*.jar "$stage/pulsar/instances/deps/org.yaml-snakeyaml.jar"
  pack "$1" "$stage" "$runner_id"
  rm -r "$stage"
}

# The instance names a module that is inside the client's package by now.
python_layer() {
  local stage=$new/python
  mkdir -p "$stage/pulsar/instances"
  cp -r "$home/instances/python-instance" "$stage/pulsar/instances/"
  sed -i 's/"serde\.IdentitySerDe"/"pulsar.functions.serde.IdentitySerDe"/' \
    "$stage"/pulsar/instances/python-instance/{python_instance,contextimpl}.py
  pack "$1" "$stage" "$runner_id"
  rm -r "$stage"
}

# pip runs outside, and fetches wheels for the image's Python. Two packages come as sources only;
# they are pure Python, so wheels made here fit.
pip_layer() {
  local stage=$new/pip pip=("$home/venv/bin/python" -m pip --disable-pip-version-check)
  "${pip[@]}" wheel --quiet --no-deps --wheel-dir "$new/wheels" ratelimit pymmh3
  "${pip[@]}" install --quiet --no-compile --python-version 3.11 --only-binary :all: \
    --target "$stage/usr/local/lib/python3.11/dist-packages" \
    --platform "manylinux2014_$(uname -m)" --platform "manylinux_2_28_$(uname -m)" \
    --find-links "$new/wheels" "${pip_packages[@]}"
  pack "$1" "$stage" 0:0
  rm -r "$stage"
}

# The functions of examples/, where their resources expect them.
functions_layer() {
  local stage=$new/functions
  mkdir -p "$stage/pulsar/functions"
  cp "$home"/functions/*.jar "$examples"/*/functions/*.py "$stage/pulsar/functions/"
  pack "$1" "$stage" "$runner_id"
  rm -r "$stage"
}

pause_layer() {
  local stage=$new/pause
  mkdir "$stage"
  clang-19 -static -Os -s -o "$stage/pause" "$here/pause.c"
  pack "$1" "$stage" 0:0
  rm -r "$stage"
}

made_of=$(cat "$home"/.made/*)
layer base "$debian_packages $runner_id"
layer pulsar "$made_of"
layer java "$made_of"
layer python "$made_of"
layer pip "${pip_packages[*]}"
layer functions "$(cat "$home"/functions/* "$examples"/*/functions/*.py | sha256sum)"
layer pause "$(cat "$here/pause.c")"

version=$(basename "$(ls "$home"/lib/org.apache.pulsar-pulsar-broker-[0-9]*.jar)" .jar)
version=${version##*-}
variables="\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\",
  \"JAVA_HOME=/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture)\",
  \"HOME=/home/pulsar\", \"PULSAR_ROOT_LOGGER=INFO,CONSOLE\""
config="{\"User\": \"$runner_id\", \"WorkingDir\": \"/pulsar\", \"Env\": [$variables]}"
# The other names are those that the operator gives a pod when nobody names an image, and the one
# that docs/quickstart.yaml names.
fallback=docker.io/streamnative
cat >"$new/images.json" <<TEXT
[{"names": ["localhost/pause:1"],
  "layers": ["$layers/pause.tar.zst"], "config": {"Entrypoint": ["/pause"]}},
 {"names": ["localhost/pulsar-java-runner:$version", "$fallback/pulsar-all:2.10.0.0-rc10",
            "$fallback/pulsar-functions-java-runner:2.10.0.0-rc10",
            "docker.io/apachepulsar/pulsar-all:$version"],
  "config": $config, "layers": [
    "$layers/base.tar.zst", "$layers/pulsar.tar.zst", "$layers/java.tar.zst",
    "$layers/functions.tar.zst"]},
 {"names": ["localhost/pulsar-python-runner:$version",
            "$fallback/pulsar-functions-python-runner:2.10.0.0-rc10"],
  "config": $config, "layers": [
    "$layers/base.tar.zst", "$layers/pulsar.tar.zst", "$layers/pip.tar.zst",
    "$layers/python.tar.zst", "$layers/functions.tar.zst"]}]
TEXT
"$home/venv/bin/python" "$here/../../../deploy/images/oci.py" "$new/images.tar" "$new/images.json"
mkdir -p "$(dirname "$out")"
mv "$new/images.tar" "$out"
