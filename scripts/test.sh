# ./dev test: the suites, and the one closing line "N passed, M failed".

all_suites=(unit conformance asan fuzz e2e cluster install docs nodes)
passed=0
failed=0

cmd_test() {
  local suites=("$@") suite
  for suite in "$@"; do
    case " ${all_suites[*]} all " in
      *" $suite "*) ;;
      *) fail "there is no suite '$suite'; there are ${all_suites[*]}" ;;
    esac
  done
  if [ $# = 0 ] || [ "$1" = all ]; then
    suites=("${all_suites[@]}")
  fi
  cmd_setup
  case " ${suites[*]} " in
    *" cluster "* | *" install "* | *" docs "* | *" nodes "*) build_kubernetes_meanwhile ;;
  esac
  for suite in "${suites[@]}"; do
    say "$suite"
    "suite_$suite"
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ]
}

# count PASSED FAILED: adds to the totals and says it.
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  note "$1 passed, $2 failed"
}

suite_unit() {
  build release
  unit_tests build
}

suite_conformance() {
  build release functionmesh
  conformance build
}

# Address and undefined-behaviour sanitizers over the two fast suites.
suite_asan() {
  build asan
  unit_tests build-asan
  conformance build-asan
}

# unit_tests FOLDER: all GoogleTest programs of a build; counts their tests, not the programs.
unit_tests() {
  local results=$logs/gtest-$1
  rm -rf "$results"
  mkdir -p "$results"
  export GTEST_OUTPUT=json:$results/
  try_step "unit-$1" "unit tests" \
    ctest --test-dir "$1" --output-on-failure --timeout 300 -j "$(nproc)"
  count_from gtest_counts "$results"
}

# The project's own cases, and the samples of others where a checkout has them beside it.
conformance() {
  local sets=(tests/conformance/cases)
  if [ -d ../shared/conformance/samples ]; then
    sets+=(../shared/conformance/samples)
  fi
  try_step "conformance-$1" "conformance" \
    python3 tests/conformance/compare.py --program "$1/functionmesh" "${sets[@]}"
  count_from last_line_counts "$logs/conformance-$1.log"
}

suite_fuzz() {
  build fuzz fuzzers
  local target name seconds=${FUZZ_SECONDS:-10} good=0 bad=0
  for target in build-fuzz/tests/fuzz/*_fuzz; do
    [ -x "$target" ] || continue
    name=$(basename "$target")
    try_step "$name" "$name, $seconds s" run_fuzzer "$target" "$seconds"
    if [ "$status" = 0 ]; then
      good=$((good + 1))
    else
      bad=$((bad + 1))
    fi
  done
  count "$good" "$bad"
}

# The corpus grows in the build folder; the seeds beside the target are read only.
run_fuzzer() {
  local name corpus seeds
  name=$(basename "$1")
  corpus=build-fuzz/corpus/$name
  seeds=tests/fuzz/seeds/$name
  mkdir -p "$corpus"
  [ -d "$seeds" ] || seeds=
  "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -artifact_prefix=build-fuzz/ \
    -print_final_stats=1 "$corpus" ${seeds:+"$seeds"}
}

suite_e2e() {
  build release functionmesh
  cmd_runner
  run_pytest e2e "end to end: real Pulsar, real instances" \
    --runner-home "$runner"
}

# run_pytest SUITE WHAT OPTION...: the tests of a folder.
run_pytest() {
  local suite=$1 what=$2
  shift 2
  try_step "$suite" "$what" \
    "$runner/venv/bin/python" -m pytest "tests/$suite" -v -p no:cacheprovider \
    --junit-xml "$logs/$suite.xml" "$@"
  count_from junit_counts "$logs/$suite.xml"
}

# The longest build, and what is needed last: it runs beside the rest, and its suite waits for it.
build_kubernetes_meanwhile() {
  mkdir -p "$logs"
  set -m # a process group of its own, so that all of it can be ended
  make_kubernetes >"$logs/kubernetes-meanwhile.log" 2>&1 </dev/null &
  kubernetes_build=$!
  set +m
  trap 'kill -TERM -- "-$kubernetes_build" 2>/dev/null || true' EXIT
}

# Real Kubernetes servers; the nodes are simulated.
suite_cluster() {
  build release functionmesh
  cmd_runner
  cluster_build
  run_pytest cluster "operator: real API server, simulated nodes" \
    --kubernetes "$kubernetes"
}

# The chart and the manifests, on real Kubernetes servers; Helm is compiled too.
suite_install() {
  build release functionmesh
  cmd_runner
  cluster_build
  helm_build
  run_pytest install "installation: Helm, kustomize, upgrades" \
    --kubernetes "$kubernetes" --helm "$helm/helm"
}

# Every command and every piece of YAML in the pages for users.
suite_docs() {
  build release functionmesh
  cmd_runner
  cluster_build
  helm_build
  run_pytest docs "documentation: what it says works" \
    --kubernetes "$kubernetes" --helm "$helm/helm"
}

# Real nodes, real pods, real Pulsar.
suite_nodes() {
  local reason
  [ "$(id -u)" != 0 ] || install_packages "${node_packages[@]}"
  if ! reason=$("$testbed/can-run-nodes.sh"); then
    note "skipped: $reason"
    return
  fi
  build release functionmesh
  cmd_runner
  cluster_build
  make_node_parts
  helm_build
  cmd_image
  run_pytest nodes "operator: real nodes, real pods, real Pulsar" \
    --kubernetes "$kubernetes" --runner-home "$runner" --node-tools "$node_tools" \
    --node-images "$node_images" --operator-image build/functionmesh-operator.tar \
    --helm "$helm/helm"
}

# count_from READER PATH: counts what READER finds there; a step that failed without a failed test
# (a crash, nothing written) is one failure.
count_from() {
  local counts
  read -r -a counts < <("$1" "$2" 2>/dev/null || echo 0 0)
  if [ "$status" != 0 ] && [ "${counts[1]:-0}" = 0 ]; then
    counts[1]=1
  fi
  count "${counts[0]:-0}" "${counts[1]:-0}"
}

gtest_counts() {
  python3 - "$1" <<'PYTHON'
import json, pathlib, sys
reports = [json.loads(p.read_text()) for p in pathlib.Path(sys.argv[1]).glob("*.json")]
bad = sum(r["failures"] + r["errors"] for r in reports)
print(sum(r["tests"] - r["disabled"] for r in reports) - bad, bad)
PYTHON
}

junit_counts() {
  python3 - "$1" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
suites = list(tree.parse(sys.argv[1]).iter("testsuite"))
number = lambda key: sum(int(s.get(key, 0)) for s in suites)
bad = number("failures") + number("errors")
print(number("tests") - number("skipped") - bad, bad)
PYTHON
}

last_line_counts() {
  tail -n 1 "$1" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p'
}
