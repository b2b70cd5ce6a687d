# ./dev setup: the Debian packages that the build, the tests and the demo need.

# What is asked for only when no command of the kind is there already comes from need_tools.
build_packages=(
  clang-19 lld-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev # compiler, linker, checks
  cmake ninja-build ccache                                         # build
  libboost1.81-dev libboost-json1.81-dev libssl-dev                # what the program is built on
  libyaml-dev libzstd-dev libcli11-dev
  libgtest-dev libbenchmark-dev # tests and benchmarks
)

# What `./dev cluster` uses to start servers.
cluster_packages=(curl openssl)

# Only what runs real nodes needs these. None of them starts a service.
node_packages=(iproute2 nftables mmdebstrap zstd)

# cmd_setup [nodes]
cmd_setup() {
  case "${1:-}" in
    nodes) install_packages "${node_packages[@]}" ;;
    '') ;;
    *) fail "there is only './dev setup' and './dev setup nodes'" ;;
  esac
  install_packages "${build_packages[@]}" $(need_tools)
}

# install_packages PACKAGE...: those that are missing.
install_packages() {
  local missing=() package
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    return
  fi
  have apt-get || fail "these Debian 12 packages are missing, and there is no apt-get here: ${missing[*]}"
  say "Setting up: Debian packages that are missing here (compiler, libraries, Java, Python)"
  note "${missing[*]}"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    have sudo || fail "installing packages needs root: run './dev setup' as root, or install sudo"
    sudo=(sudo)
    sudo -v || fail "sudo did not let us in"
  fi
  step apt-update "package lists" "${sudo[@]}" apt-get update
  step apt-install "packages" "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

# A Java, Maven or Python from elsewhere will do when it is new enough.
need_tools() {
  java_is_enough || echo openjdk-17-jdk-headless
  have mvn || echo maven
  if ! python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    echo python3
    echo python3-venv
  fi
}

java_is_enough() {
  local version
  have javac && have java || return 1
  version=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 17 ]
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}
