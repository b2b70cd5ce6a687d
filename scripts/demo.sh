# ./dev demo: the example mesh, for a while, with real Pulsar and real functions.

cmd_demo() {
  cmd_setup
  build release functionmesh
  cmd_runner
  fail "the demo needs 'functionmesh dev'"
}
