#!/usr/bin/env bash
# cluster.sh PROGRAM KUBERNETES FLEET: the operator against an API server and etcd, nothing else, so
# that nothing but the two is measured. Each number stands beside what the API server alone needs,
# measured in the same run. FLEET_SIZE (1000) and FLEET_LARGE (10000; 0: without) set the sizes.
set -euo pipefail
program=$1 kubernetes=$2 fleet=$3
testbed=$(cd "$(dirname "${BASH_SOURCE[0]}")/../testbed/kubernetes" && pwd)
size=${FLEET_SIZE:-1000} large=${FLEET_LARGE:-10000}
work=$(mktemp -d -t functionmesh-bench-XXXXXX)
operator=

finish() {
  [ -z "$operator" ] || kill "$operator" 2>/dev/null || true
  "$testbed/down.sh" "$work/cluster" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

kubectl() {
  "$kubernetes/kubectl" --kubeconfig "$work/cluster/kubeconfig" "$@"
}

# measure NAMESPACE COUNT PHASE: one line of JSON on the terminal, and in the results.
measure() {
  local certificates=$work/cluster/certificates
  "$fleet" -server "$(kubectl config view -o 'jsonpath={.clusters[0].cluster.server}')" \
    -ca "$certificates/ca.crt" -cert "$certificates/admin.crt" -key "$certificates/admin.key" \
    -pid "${operator:-0}" -namespace "$1" -n "$2" -limit 20m "$3" | tee -a "$work/results"
}

# Starts the operator and says how long it took to be ready with all it has to look at.
start_operator() {
  local began
  began=$(date +%s%N)
  "$program" operator --kubeconfig "$work/cluster/kubeconfig" --metrics-addr 127.0.0.1:18443 \
    --metrics-secure=false --health-probe-addr 127.0.0.1:18000 2>>"$work/operator.log" &
  operator=$!
  until curl -sf -m 2 http://127.0.0.1:18000/readyz >/dev/null; do
    kill -0 "$operator" 2>/dev/null || { cat "$work/operator.log" >&2; exit 1; }
    sleep 0.05
  done
  printf '{"phase": "ready", "seconds": %s}\n' \
    "$(python3 -c "print(round(($(date +%s%N) - $began) / 1e9, 2))")" | tee -a "$work/results"
}

stop_operator() {
  kill "$operator"
  wait "$operator" || true
  operator=
}

"$testbed/up.sh" "$kubernetes" "$work/cluster" --no-controllers >/dev/null
kubectl apply --server-side -f "$testbed/../../../deploy/crds" >/dev/null
measure warm "$size" raw # the API server's first pass is slow
measure warm "$size" delete
measure raw "$size" raw
measure raw "$size" delete
start_operator
for phase in create update heal latency quiet; do
  [ "$phase" != quiet ] || sleep 10 # the last Events are told
  measure fleet "$size" "$phase"
done
stop_operator
if [ "$large" != 0 ]; then
  measure fleet "$size" delete
  start_operator
  measure large "$large" create
  stop_operator
  start_operator
  measure large "$large" quiet
  measure large "$large" quiet
fi

python3 - "$work/results" <<'PYTHON'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
def seconds(phase, which=-1):
    return [line["seconds"] for line in lines if line["phase"] == phase][which]
def line_of(phase, which=0):
    return [line for line in lines if line["phase"] == phase][which]
raw = seconds("raw")
print(f"\nraw: {raw:.1f} s")
for phase, goal in ("create", 1.25), ("update", 1.0), ("heal", 1.0):
    ratio = line_of(phase)["seconds"] / raw
    print(f"{phase}: {ratio:.2f} of raw (goal {goal})")
print(f"one change, p99: {line_of('latency')['p99Milliseconds']:.1f} ms (goal 50)")
quiet = line_of("quiet")
print(f"at rest: {quiet['written']} writes, {quiet['cpuWhileQuiet'] / 20 * 100:.2f} % of a core (goals 0, 0.2)")
if sum(line["phase"] == "quiet" for line in lines) > 1:
    create, quiet = line_of("create", 1), line_of("quiet", -1)
    print(f"{create['n']}: created in {create['seconds'] / raw * 1000 / create['n']:.2f} of raw a piece, "
          f"{create['residentMiB']:.0f} MiB resident")
    print(f"restarted: ready after {seconds('ready')} s (goal 10), {line_of('quiet', 1)['written']} writes "
          f"(goal 0), {quiet['residentMiB']:.0f} MiB resident, {quiet['peakMiB']:.0f} at most (goal 64)")
PYTHON
