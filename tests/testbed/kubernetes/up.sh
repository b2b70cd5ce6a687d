#!/usr/bin/env bash
# up.sh PROGRAMS FOLDER [--crds PATH] [--port PORT] [--no-controllers] [--netns NAME]: see README.md
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

programs=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
crds=
port=
netns=
controllers=yes
while [ $# -gt 0 ]; do
  case $1 in
    --crds) crds=$2 && shift 2 ;;
    --port) port=$2 && shift 2 ;;
    --netns) netns=$2 && shift 2 ;;
    --no-controllers) controllers=no && shift ;;
    *) complain "up.sh knows no option '$1'" ;;
  esac
done
[ ! -e "$folder/settings" ] || complain "a cluster is in $folder already: down.sh ends it"

read -r api_port etcd_port peer_port manager_port scheduler_port metrics_port \
  < <(python3 "$here/../ports.py" 6)
api_port=${port:-$api_port}
cat >"$folder/settings" <<TEXT
programs=$(printf %q "$programs")
netns=$netns
api_port=$api_port
etcd_port=$etcd_port
peer_port=$peer_port
manager_port=$manager_port
scheduler_port=$scheduler_port
metrics_port=$metrics_port
TEXT
load "$folder"

if [ -n "$netns" ]; then
  [ ! -e "/run/netns/$netns" ] || complain "there is a network namespace '$netns' already"
  ip netns add "$netns"
  ip -n "$netns" link set lo up
fi
api=https://127.0.0.1:$api_port
mkdir -p "$folder/logs"
"$here/certificates.sh" "$certificates" "$api" >"$folder/logs/certificates.log" 2>&1 ||
  complain "openssl failed: $folder/logs/certificates.log"
cp "$certificates/admin.kubeconfig" "$kubeconfig"

serve etcd "$programs/etcd" --name e0 --data-dir "$folder/etcd" --unsafe-no-fsync \
  --logger zap --log-level warn \
  --listen-client-urls "http://127.0.0.1:$etcd_port" \
  --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-cluster "e0=http://127.0.0.1:$peer_port"
wait_for_server etcd 60 inside curl -sf -m 2 "http://127.0.0.1:$etcd_port/health"

# Pods on real nodes reach it by an address of their network namespace, from which no way leads out.
address=127.0.0.1
[ -z "$netns" ] || address=0.0.0.0

# A loopback address cannot be advertised as an endpoint, so nothing reconciles the endpoints.
serve kube-apiserver "$programs/kube-apiserver" --etcd-servers "http://127.0.0.1:$etcd_port" \
  --bind-address "$address" --secure-port "$api_port" --advertise-address 127.0.0.1 \
  --endpoint-reconciler-type none --service-cluster-ip-range "$service_addresses" \
  --tls-cert-file "$certificates/apiserver.crt" \
  --tls-private-key-file "$certificates/apiserver.key" \
  --client-ca-file "$certificates/ca.crt" \
  --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction \
  --allow-privileged=true \
  --service-account-issuer https://kubernetes.default.svc \
  --service-account-key-file "$certificates/service-accounts.pub" \
  --service-account-signing-key-file "$certificates/service-accounts.key" \
  --kubelet-client-certificate "$certificates/kubelet-client.crt" \
  --kubelet-client-key "$certificates/kubelet-client.key" \
  --kubelet-preferred-address-types InternalIP,Hostname \
  --requestheader-client-ca-file "$certificates/front-proxy-ca.crt" \
  --requestheader-allowed-names front-proxy-client \
  --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
  --requestheader-extra-headers-prefix X-Remote-Extra- \
  --proxy-client-cert-file "$certificates/front-proxy-client.crt" \
  --proxy-client-key-file "$certificates/front-proxy-client.key"
wait_for_server kube-apiserver 120 inside curl -sf -m 2 --cacert "$certificates/ca.crt" "$api/readyz"

# Before the controllers start: what the garbage collector does not find then, it looks for again after
# half a minute only, and objects of deleted owners stay until then.
if [ -n "$crds" ]; then
  kubectl apply --server-side -f "$crds" >"$folder/logs/crds.log" 2>&1 &&
    wait_for 30 kubectl wait --for=condition=Established crd --all --timeout=1s ||
    complain "the API server does not take $crds: $folder/logs/crds.log"
fi

if [ "$controllers" = yes ]; then
  # Without higher limits the manager's controllers start one by one, some seconds apart.
  serve kube-controller-manager "$programs/kube-controller-manager" \
    --kubeconfig "$certificates/kube-controller-manager.kubeconfig" \
    --authentication-kubeconfig "$certificates/kube-controller-manager.kubeconfig" \
    --authorization-kubeconfig "$certificates/kube-controller-manager.kubeconfig" \
    --bind-address 127.0.0.1 --secure-port "$manager_port" --leader-elect=false \
    --use-service-account-credentials=true \
    --service-account-private-key-file "$certificates/service-accounts.key" \
    --root-ca-file "$certificates/ca.crt" \
    --cluster-signing-cert-file "$certificates/ca.crt" \
    --cluster-signing-key-file "$certificates/ca.key" \
    --kube-api-qps 300 --kube-api-burst 600 \
    --node-monitor-grace-period 20s --horizontal-pod-autoscaler-sync-period 3s
  serve kube-scheduler "$programs/kube-scheduler" \
    --kubeconfig "$certificates/kube-scheduler.kubeconfig" \
    --authentication-kubeconfig "$certificates/kube-scheduler.kubeconfig" \
    --authorization-kubeconfig "$certificates/kube-scheduler.kubeconfig" \
    --bind-address 127.0.0.1 --secure-port "$scheduler_port" --leader-elect=false \
    --kube-api-qps 300 --kube-api-burst 600
  wait_for_server kube-controller-manager 60 \
    inside curl -skf -m 2 "https://127.0.0.1:$manager_port/healthz"
  wait_for_server kube-scheduler 60 \
    inside curl -skf -m 2 "https://127.0.0.1:$scheduler_port/healthz"
  wait_for_server kube-controller-manager 60 kubectl -n default get serviceaccount default
fi

# The nodes that are simulated; real ones come by node-up.sh.
if [ "$controllers" = yes ] && [ -z "$netns" ]; then
  serve fake-kubelet "$programs/fake-kubelet" -kubeconfig "$kubeconfig" \
    -nodes fake-0,fake-1,fake-2 -metrics-address "127.0.0.1:$metrics_port" \
    -cert "$certificates/local.crt" -key "$certificates/local.key"
  register_metrics
  wait_for_server fake-kubelet 60 kubectl wait --for=condition=Ready node/fake-0 --timeout 1s
fi
