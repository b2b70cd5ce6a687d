#!/usr/bin/env bash
# node-down.sh FOLDER NUMBER: ends the node that node-up.sh made, its containers first.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
load "$1"
name=node$2
node=$folder/nodes/$name
[ -d "$node" ] || complain "there is no node $2 in $folder"
group=$(cat "$node/group")

groups() {
  local one
  for one in "/sys/fs/cgroup/$group" /sys/fs/cgroup/*/"$group"; do
    [ ! -d "$one" ] || realpath "$one"
  done | sort -u
}

# end_containers: kills what is in the node's control groups; succeeds when nothing is.
end_containers() {
  local processes
  processes=$(groups | while read -r one; do find "$one" -name cgroup.procs -exec cat {} +; done)
  [ -n "$processes" ] || return 0
  kill -KILL $processes
  return 1
}

# A shim outlives its containerd.
end_shims() {
  local process
  for process in /proc/[0-9]*; do
    case $(tr '\0' ' ' <"$process/cmdline") in
      *containerd-shim*" -address $node/containerd.sock "*) kill -KILL "${process#/proc/}" ;;
    esac
  done
}

stop "$name-kubelet" KILL
wait_for 20 end_containers || true
stop "$name-containerd" KILL
end_shims 2>/dev/null || true
stop "$name-mounts" KILL
rm -f "$folder/servers/$name"-*
groups | while read -r one; do
  wait_for 5 find "$one" -depth -type d -exec rmdir {} +
done
remove_folder "$node"
