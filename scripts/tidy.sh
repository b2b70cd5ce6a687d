# ./dev fmt and ./dev lint.

cpp_files() {
  find src tests -name '*.cpp' -o -name '*.hpp'
}

cmd_fmt() {
  cmd_setup
  cpp_files | xargs clang-format-19 -i
}

cmd_lint() {
  cmd_setup
  if [ ! -f build-debug/compile_commands.json ]; then
    step configure-debug "configure (debug)" cmake --preset debug
  fi
  cpp_files | xargs clang-format-19 --dry-run -Werror || fail "not formatted: run ./dev fmt"
  find src -name '*.cpp' -print0 | xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 -quiet -p build-debug
}
