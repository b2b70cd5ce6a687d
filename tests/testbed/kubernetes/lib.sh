# Shared by the scripts here: the servers of one cluster, whose whole state is in $folder.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
service_addresses=10.96.0.0/16

complain() {
  printf '%s\n' "error: $*" >&2
  exit 1
}

# load FOLDER: the cluster that up.sh made there: programs, netns and the ports.
load() {
  folder=$(cd "$1" 2>/dev/null && pwd) || complain "there is no folder $1"
  [ -f "$folder/settings" ] || complain "there is no cluster in $folder: up.sh makes one"
  . "$folder/settings"
  certificates=$folder/certificates
  kubeconfig=$folder/kubeconfig
}

# inside COMMAND...: in the cluster's network namespace, if it has one. (`ip netns exec` would hide
# /sys/fs/cgroup.)
inside() {
  if [ -n "$netns" ]; then
    nsenter --net="/run/netns/$netns" -- "$@"
  else
    "$@"
  fi
}

kubectl() {
  inside "$programs/kubectl" --kubeconfig "$kubeconfig" "$@"
}

# serve NAME COMMAND...: starts a server, and remembers how, so that `start NAME` can do it again.
serve() {
  local name=$1
  shift
  mkdir -p "$folder/logs" "$folder/servers"
  if [ -n "$netns" ]; then
    set -- nsenter --net="/run/netns/$netns" -- "$@"
  fi
  printf '%q ' "$@" >"$folder/servers/$name.command"
  start "$name"
}

start() {
  local name=$1 command
  [ -f "$folder/servers/$name.command" ] || complain "there is no server '$name' in $folder"
  runs "$name" && return
  eval "command=($(cat "$folder/servers/$name.command"))"
  setsid "${command[@]}" </dev/null >>"$folder/logs/$name.log" 2>&1 &
  # The time of its start tells it from a later process with the same id.
  echo "$! $(started $!)" >"$folder/servers/$name.process"
}

# started PROCESS: when it started; nothing if it has ended, even if nobody has waited for it. One
# that was killed shows as ended while threads of it still hold its ports.
started() {
  local threads=("/proc/$1/task/"*)
  awk -v threads="${#threads[@]}" '$3 != "Z" || threads > 1 { print $22 }' "/proc/$1/stat" \
    2>/dev/null || true
}

runs() {
  local process start
  read -r process start 2>/dev/null <"$folder/servers/$1.process" || return 1
  [ -n "$start" ] && [ "$(started "$process")" = "$start" ]
}

# stop NAME [SIGNAL]: ends a server; one that takes longer than 10 seconds is killed.
stop() {
  local name=$1 process
  if runs "$name"; then
    read -r process _ <"$folder/servers/$name.process"
    kill "-${2:-TERM}" "$process" 2>/dev/null || true
    kill -CONT "$process" 2>/dev/null || true # it may be paused
    if ! wait_for 10 ends "$name"; then
      kill -KILL "$process" 2>/dev/null || true
      wait_for 5 ends "$name" || true
    fi
  fi
  rm -f "$folder/servers/$name.process"
}

ends() {
  ! runs "$1"
}

servers() {
  local file
  for file in "$folder"/servers/*.command; do
    [ -f "$file" ] && basename "$file" .command
  done
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
  local end=$(($(date +%s) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# wait_for_server NAME SECONDS COMMAND...: the same for one that must be running meanwhile.
wait_for_server() {
  local name=$1 end=$(($(date +%s) + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ends "$name" || [ "$(date +%s)" -ge "$end" ]; then
      tail -n 20 "$folder/logs/$name.log" >&2
      complain "$name is not ready; its log: $folder/logs/$name.log"
    fi
    sleep 0.1
  done
}

# register_metrics: tells the API server where metrics.k8s.io is.
register_metrics() {
  sed "s/PORT/$metrics_port/" "$here/metrics.yaml" | kubectl apply -f - >>"$folder/logs/metrics.log"
}

# remove_folder FOLDER: never what is mounted below it.
remove_folder() {
  if grep -q " $1[/ ]" /proc/self/mountinfo; then
    complain "something is mounted below $1: unmount it first; nothing was removed"
  fi
  rm -rf --one-file-system "$1"
}
