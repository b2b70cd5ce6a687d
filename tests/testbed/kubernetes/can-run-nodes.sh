#!/usr/bin/env bash
# can-run-nodes.sh: succeeds where node-up.sh can work, or says why not.
set -euo pipefail

cannot() {
  echo "$*"
  exit 1
}

[ "$(id -u)" = 0 ] || cannot "real nodes need root"
for program in ip nft unshare nsenter; do
  command -v "$program" >/dev/null || cannot "'$program' is missing: ./dev setup nodes"
done
name=functionmesh-probe-$$
ip netns add "$name" 2>/dev/null || cannot "network namespaces are not permitted here"
trap 'ip netns del "$name"' EXIT
ip -n "$name" link set lo up 2>/dev/null || cannot "network namespaces are not permitted here"
ip -n "$name" link add name probe type bridge 2>/dev/null ||
  cannot "there are no network bridges here"
nsenter --net="/run/netns/$name" nft list tables >/dev/null 2>&1 ||
  cannot "nftables does not work here"

overlay='mount -t tmpfs none /mnt && mkdir /mnt/a /mnt/b /mnt/c /mnt/d &&
  mount -t overlay none -o lowerdir=/mnt/a,upperdir=/mnt/b,workdir=/mnt/c /mnt/d &&
  mount --bind /mnt/a /proc/sys/kernel'
unshare --mount --propagation private -- sh -c "$overlay" 2>/dev/null ||
  cannot "mounts (overlay, bind) are not permitted here"

for groups in /sys/fs/cgroup /sys/fs/cgroup/memory; do
  [ -e "$groups/cgroup.procs" ] || continue
  mkdir "$groups/$name" 2>/dev/null || cannot "control groups cannot be made in $groups"
  rmdir "$groups/$name"
done
