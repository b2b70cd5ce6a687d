#!/usr/bin/env bash
# admission.sh PROGRAM KUBERNETES FLEET: 200 creates and updates a second through the operator's
# webhooks, and by turns through one that does nothing: what admission adds to a request.
set -euo pipefail
program=$1 kubernetes=$2 fleet=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
testbed=$root/tests/testbed/kubernetes
work=$(mktemp -d -t functionmesh-bench-XXXXXX)
operator=

finish() {
  [ -z "$operator" ] || kill -INT "$operator" 2>/dev/null || true
  "$testbed/down.sh" "$work/cluster" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

kubectl() {
  "$kubernetes/kubectl" --kubeconfig "$work/cluster/kubeconfig" "$@"
}

"$testbed/up.sh" "$kubernetes" "$work/cluster" --crds "$root/deploy/crds" --no-controllers >/dev/null
kubectl apply -k "$root/deploy/kustomize/cluster" >/dev/null
kubectl config set-context --current --namespace=function-mesh >/dev/null
"$program" operator --kubeconfig "$work/cluster/kubeconfig" --metrics-addr 0 \
  --health-probe-addr 127.0.0.1:18000 --webhook-addr 127.0.0.1:19443 2>"$work/operator.log" &
operator=$!
until curl -sf -m 2 http://127.0.0.1:18000/readyz >/dev/null; do
  kill -0 "$operator" 2>/dev/null || { cat "$work/operator.log" >&2; exit 1; }
  sleep 0.1
done
certificates=$work/cluster/certificates
"$fleet" -server "$(kubectl config view -o 'jsonpath={.clusters[0].cluster.server}')" \
  -ca "$certificates/ca.crt" -cert "$certificates/admin.crt" -key "$certificates/admin.key" \
  -pid "$operator" -namespace judged -workers 64 -webhook-port 19443 admission | tee "$work/result"

python3 - "$work/result" <<'PYTHON'
import json, sys
said = json.load(open(sys.argv[1]))
for percent in 50, 90, 99:
    ours, nothing = said[f"judged p{percent} ms"], said[f"nothing p{percent} ms"]
    goal = " (goal 10)" if percent == 99 else ""
    print(f"p{percent}: {ours:.1f} ms, {nothing:.1f} with a webhook that does nothing: "
          f"{ours - nothing:+.1f}{goal}")
PYTHON
