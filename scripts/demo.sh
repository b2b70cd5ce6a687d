# ./dev demo: the example mesh, for a while, with real Pulsar, real functions, real connectors.

demo_state=build/demo
demo_file=/tmp/functionmesh/people.txt

cmd_demo() {
  cmd_setup
  build release functionmesh
  cmd_runner
  rm -rf "$demo_state" "$demo_file"
  say "functionmesh dev -f examples/mesh/mesh.yaml"
  note "generator -> [people] -> summarize (Java) -> [summaries] -> decades (Python) -> [decades] -> file"
  local started=$SECONDS
  build/functionmesh dev -f examples/mesh/mesh.yaml --state "$demo_state" --output lines \
    --runner-home "$runner" > >(tee "$logs/demo.log" | sed -u 's/^/    /') 2>&1 &
  demo_dev=$!
  trap 'kill -INT "$demo_dev" 2>/dev/null; wait "$demo_dev"' EXIT
  demo_wait_for_lines 1 120
  note "the first message reached $demo_file after $((SECONDS - started)) s"

  say "Messages that enter: the topic people"
  demo_tail people 3
  say "Messages that leave: the topic decades"
  demo_tail decades 5
  sleep "${DEMO_SECONDS:-20}"
  say "What runs: functionmesh get"
  build/functionmesh get --state "$demo_state" | sed 's/^/    /'

  say "The end"
  local count code=0
  kill -INT "$demo_dev"
  wait "$demo_dev" || code=$?
  trap - EXIT
  count=$(wc -l <"$demo_file")
  [ "$code" = 0 ] || [ "$code" = 130 ] || fail "functionmesh dev ended with $code: build/logs/demo.log"
  note "the last lines of $demo_file:"
  tail -n 3 "$demo_file" | sed 's/^/    /'
  say "$count messages went through four components in $((SECONDS - started)) s; all of it has ended."
}

# demo_wait_for_lines COUNT SECONDS: until so many messages have reached the file.
demo_wait_for_lines() {
  local end=$((SECONDS + $2))
  until [ "$(cat "$demo_file" 2>/dev/null | wc -l)" -ge "$1" ]; do
    kill -0 "$demo_dev" 2>/dev/null || fail "functionmesh dev ended early: build/logs/demo.log"
    [ "$SECONDS" -lt "$end" ] || fail "no message came through in $2 s: build/logs/demo.log"
    sleep 0.2
  done
}

demo_tail() {
  timeout 60 build/functionmesh tail "persistent://public/default/$1" --count "$2" \
    --state "$demo_state" --runner-home "$runner" | cut -c1-140 | sed 's/^/    /'
}
