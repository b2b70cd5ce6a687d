#!/usr/bin/env bash
# down.sh FOLDER: ends the cluster that up.sh started there, and removes the folder.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
load "$1"

for node in "$folder"/nodes/*; do
  [ ! -d "$node" ] || "$here/node-down.sh" "$folder" "${node##*/node}"
done
# Nothing is to be kept, so nothing need be finished; etcd last, or the others complain of it.
for name in $(servers | grep -vx etcd) etcd; do
  stop "$name" KILL
done
[ -z "$netns" ] || ip netns del "$netns"
remove_folder "$folder"
