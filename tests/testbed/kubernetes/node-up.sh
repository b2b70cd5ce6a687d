#!/usr/bin/env bash
# node-up.sh FOLDER NUMBER TOOLS [IMAGES.tar...]: a real node for the cluster in FOLDER, see README.md
#
# Everything of it is in the cluster's network namespace, which has no way out of the machine, and in
# a mount namespace of its own, with which all its mounts go.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
load "$1"
number=$2
tools=$(cd "$3" && pwd)
shift 3
[ -n "$netns" ] || complain "a real node needs a cluster that was made with --netns"

name=node$number
node=$folder/nodes/$name
address=10.240.0.$number
group=$netns-$name
socket=$node/containerd.sock
mkdir -p "$node"
"$here/certificates.sh" "$certificates" "https://127.0.0.1:$api_port" "$name" \
  >>"$folder/logs/certificates.log" 2>&1

# The kubelet refuses a loopback address, but not a loopback device. There is no default route.
ip -n "$netns" address replace "$address/32" dev lo
inside sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward' # this namespace's own
mkdir -p "$node/network"
cat >"$node/network/10-bridge.conflist" <<TEXT
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods$number", "isGateway": true, "ipMasq": false,
   "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$node/addresses", "routes": [{"dst": "0.0.0.0/0"}],
            "ranges": [[{"subnet": "10.244.$number.0/24"}]]}}]}
TEXT

# A control group of its own in every hierarchy.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p "/sys/fs/cgroup/$group"
else
  for hierarchy in /sys/fs/cgroup/*/; do
    [ -e "$hierarchy/cgroup.procs" ] || continue
    mkdir -p "$hierarchy$group"
    for setting in cpuset.cpus cpuset.mems; do
      [ ! -e "$hierarchy$group/$setting" ] || cat "$hierarchy$setting" >"$hierarchy$group/$setting"
    done
  done
fi
echo "$group" >"$node/group"

# The kernel's settings that a kubelet insists on are covered by files that say what it wants to
# read, so the machine's own stay as they are. Paths that kubelet, containerd and the network plug-ins
# have built in are covered by folders of the node; those of the machine that were missing stay, empty:
# removing one would uncover it in all other nodes.
mkdir -p "$node/settings"
printf 1 >"$node/settings/vm.overcommit_memory"
printf 0 >"$node/settings/vm.panic_on_oom"
printf 10 >"$node/settings/kernel.panic"
printf 1 >"$node/settings/kernel.panic_on_oops"
printf 1000000 >"$node/settings/kernel.keys.root_maxkeys"
printf 25000000 >"$node/settings/kernel.keys.root_maxbytes"
cat >"$node/mounts.sh" <<TEXT
set -e
for file in $node/settings/*; do
  mount --bind "\$file" "/proc/sys/\$(basename "\$file" | tr . /)"
done
for path in var/log/pods var/log/containers var/lib/kubelet var/lib/cni run/containerd run/netns; do
  mkdir -p "/\$path" "$node/covers/\$path"
  mount --bind "$node/covers/\$path" "/\$path"
done
mount --make-rshared /
touch $node/mounted
exec sleep infinity
TEXT
serve "$name-mounts" unshare --mount --propagation private -- bash "$node/mounts.sh"
wait_for_server "$name-mounts" 10 test -e "$node/mounted"
read -r holder _ <"$folder/servers/$name-mounts.process"
within=(nsenter "--mount=/proc/$holder/ns/mnt" -- env
  "PATH=$tools/usr/bin:$tools/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")

# A negative oom_score_adj needs a capability that root lacks on some machines.
cat >"$node/containerd.toml" <<TEXT
version = 2
root = "$node/containerd"
state = "$node/containerd-run"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = "$socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$tools/usr/lib/cni"
    conf_dir = "$node/network"
TEXT
ctr=("${within[@]}" ctr --address "$socket" --namespace k8s.io)
serve "$name-containerd" "${within[@]}" containerd --config "$node/containerd.toml"
wait_for_server "$name-containerd" 30 "${ctr[@]}" version
for archive in "$@"; do
  # Within the node's mounts the present folder is another one.
  "${ctr[@]}" images import "$(realpath "$archive")" >>"$folder/logs/$name-images.log" 2>&1 ||
    complain "containerd does not take $archive: $folder/logs/$name-images.log"
done

# There is no name server. Without these settings pods would get the machine's, which they cannot reach,
# and wait for it at every look-up; this address refuses at once.
echo "nameserver $address" >"$node/resolv.conf"
cat >"$node/kubelet.yaml" <<TEXT
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
port: 10250
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $certificates/ca.crt}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix://$socket
cgroupDriver: cgroupfs
cgroupRoot: /$group
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
enforceNodeAllocatable: []
makeIPTablesUtilChains: false
localStorageCapacityIsolation: false
resolvConf: $node/resolv.conf
clusterDNS: [$address]
clusterDomain: cluster.local
healthzBindAddress: 127.0.0.1
healthzPort: $((10260 + number))
# A full disk is no reason to empty the node.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard:
  {memory.available: 0%, nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%}
nodeStatusUpdateFrequency: 5s
syncFrequency: 10s
volumePluginDir: $node/volume-plugins
TEXT
serve "$name-kubelet" "${within[@]}" "$programs/kubelet" --config "$node/kubelet.yaml" \
  --kubeconfig "$certificates/$name.kubeconfig" --hostname-override "$name" \
  --node-ip "$address" --root-dir "$node/kubelet" --cert-dir "$node/certificates" --v 1
wait_for_server "$name-kubelet" 90 kubectl wait --for=condition=Ready "node/$name" --timeout=1s

# Addresses of Services, and metrics, are for all nodes; they come with the first.
[ "$number" = 1 ] || exit 0
ip -n "$netns" route replace "$service_addresses" dev lo src "$address"
cat >"$folder/kube-proxy.yaml" <<TEXT
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: {kubeconfig: $certificates/admin.kubeconfig}
hostnameOverride: $name
nodePortAddresses: [primary]
# The machine's own settings are left alone.
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
bindAddress: $address
detectLocalMode: ClusterCIDR
clusterCIDR: 10.244.0.0/16
TEXT
serve kube-proxy "$programs/kube-proxy" --config "$folder/kube-proxy.yaml"
wait_for_server kube-proxy 30 inside curl -sf -m 2 http://127.0.0.1:10256/healthz

# Where pods find the API server, by the Service `kubernetes`.
kubectl apply -f - >>"$folder/logs/$name-endpoint.log" <<TEXT
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: kubernetes
  namespace: default
  labels: {kubernetes.io/service-name: kubernetes}
addressType: IPv4
endpoints: [{addresses: ["$address"], conditions: {ready: true}}]
ports: [{name: https, port: $api_port, protocol: TCP}]
TEXT

serve metrics "$programs/metrics" -kubeconfig "$kubeconfig" -address "127.0.0.1:$metrics_port" \
  -cert "$certificates/local.crt" -key "$certificates/local.key"
register_metrics
