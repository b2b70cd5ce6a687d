# ./dev build, bench, clean: CMake presets (CMakePresets.json), and what is built with them.

cmd_build() {
  local preset=${1:-release}
  case $preset in
    release | debug | asan | fuzz) ;;
    *) fail "there is no preset '$preset'; there are release, debug, asan, fuzz" ;;
  esac
  cmd_setup
  build "$preset"
}

build_folder() {
  if [ "$1" = release ]; then
    echo build
  else
    echo "build-$1"
  fi
}

# What was compiled in one checkout is not compiled again in another.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# build PRESET [TARGET...]
build() {
  local preset=$1 folder
  shift
  folder=$(build_folder "$preset")
  if [ ! -f "$folder/build.ninja" ]; then
    step "configure-$preset" "configure ($preset)" cmake --preset "$preset"
  fi
  step "build-$preset" "build ($preset)" cmake --build "$folder" ${1:+--target "$@"}
}

# ./dev bench [cluster|admission]: the small ones, or the operator against an API server (a quarter of
# an hour; admission: two minutes).
cmd_bench() {
  cmd_setup
  case ${1:-} in
    cluster | admission)
      bench_cluster "$1"
      return
      ;;
  esac
  [ $# = 0 ] || fail "there is no benchmark '$1'; there are 'cluster' and 'admission'"
  local targets=() source
  for source in tests/bench/*_benchmark.cpp; do
    [ -e "$source" ] && targets+=("$(basename "$source" .cpp)")
  done
  build release functionmesh "${targets[@]}"
  local target
  for target in "${targets[@]}"; do
    say "$target"
    "build/tests/bench/$target" --benchmark_counters_tabular=true
  done
  if [ -f tests/bench/first_message.py ]; then
    cmd_runner
    say "From start to the first message through a Java function"
    "$runner/venv/bin/python" tests/bench/first_message.py
  fi
}

bench_cluster() {
  build release functionmesh
  cluster_build
  local go
  go=$(find_go)
  mkdir -p build/bench
  (cd tests/bench/fleet && "$go" build -trimpath -o "$root/build/bench/fleet" .)
  "tests/bench/$1.sh" build/functionmesh "$kubernetes" build/bench/fleet
}

cmd_clean() {
  local folder
  for folder in build/cluster/*/; do
    [ ! -e "$folder/settings" ] || "$testbed/down.sh" "$folder"
  done
  rm -rf build build-debug build-asan build-fuzz
  if [ "${1:-}" = --cache ]; then
    rm -rf "$cache"
  fi
}

# The Go example is optional: whoever has Go can build it.
cmd_examples_go() {
  have go || fail "the Go example needs Go 1.24 or newer, and there is no 'go' here"
  cd examples/go
  step examples-go "examples/go" env CGO_ENABLED=0 go build -trimpath -o functions/prefix .
}
