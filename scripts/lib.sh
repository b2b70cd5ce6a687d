# How the commands speak, and how a long step runs. Sourced by ./dev.

root=$PWD
logs=$root/build/logs
cache=${FUNCTIONMESH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/functionmesh}

if [ -t 1 ]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' dim=$'\e[2m' plain=$'\e[0m'
else
  bold='' red='' green='' dim='' plain=''
fi

say() {
  printf '%s\n' "$bold$*$plain"
}

note() {
  printf '  %s\n' "$*"
}

fail() {
  printf '%s\n' "${red}error:$plain $*" >&2
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# step NAME TEXT COMMAND...: runs COMMAND with its output in build/logs/NAME.log. A terminal shows
# the time and the last line of output meanwhile, a pipe a line every half minute. A failure shows
# the end of the log and ends the script.
step() {
  try_step "$@"
  [ "$status" = 0 ] || exit "$status"
}

# The same, but a failure only sets `status`. Not to be called behind `||`, `&&` or `if`: bash would
# then go on inside a COMMAND that is a function after a part of it has failed.
try_step() {
  local name=$1 text=$2
  shift 2
  local log=$logs/$name.log started=$SECONDS
  status=0
  mkdir -p "$logs"
  set -m # a process group of its own, so that an interrupt can end all of it
  "$@" >"$log" 2>&1 </dev/null &
  local job=$!
  set +m
  trap 'kill -TERM -- "-$job" 2>/dev/null; exit 130' INT TERM
  show_progress "$job" "$text" "$log" "$started"
  wait "$job" || status=$?
  trap - INT TERM
  report_step "$text" "$log" $((SECONDS - started))
}

show_progress() {
  local job=$1 text=$2 log=$3 started=$4 told=0 passed
  [ -t 1 ] || printf '  %s ...\n' "$text"
  while kill -0 "$job" 2>/dev/null; do
    passed=$((SECONDS - started))
    if [ -t 1 ]; then
      printf '\r\e[K  %s %s%3d s  %s%s' "$text" "$dim" "$passed" "$(last_line "$log")" "$plain"
    elif [ $((passed - told)) -ge 30 ]; then
      told=$passed
      printf '  %s ... %d s: %s\n' "$text" "$passed" "$(last_line "$log")"
    fi
    sleep 0.2
  done
}

last_line() {
  tail -c 400 "$1" | tr '\r' '\n' | grep -v '^ *$' | tail -n 1 | tr -d '\033' | cut -c1-60 || true
}

report_step() {
  local text=$1 log=$2 seconds=$3
  [ -t 1 ] && printf '\r\e[K'
  if [ "$status" = 0 ]; then
    printf '  %s %s(%d s)\n' "$text" "${green}ok$plain " "$seconds"
    return
  fi
  printf '  %s %s(%d s); the end of %s:\n' "$text" "${red}FAILED$plain " "$seconds" "${log#"$root"/}"
  tail -n 40 "$log" | sed 's/^/    /'
}

# hash_of FILE...: one short word that changes when the content of a file does.
hash_of() {
  cat "$@" | sha256sum | cut -c1-16
}
