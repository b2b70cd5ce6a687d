# ./dev image: the operator's image. ./dev chart: what the Helm chart has from other folders.

certificates=/etc/ssl/certs/ca-certificates.crt

# cmd_image [PROGRAM...]: of this machine's program, and of others for other architectures.
cmd_image() {
  cmd_setup
  [ -s "$certificates" ] || install_packages ca-certificates
  build release functionmesh
  operator_image build/functionmesh "$@"
  note "build/functionmesh-operator.tar"
}

operator_image() {
  step image "operator's image" python3 -B deploy/images/operator_image.py \
    build/functionmesh-operator.tar --version "$(project_version)" --certificates "$certificates" "$@"
}

project_version() {
  sed -n 's/^project(functionmesh VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt
}

cmd_chart() {
  install_packages python3-yaml
  python3 deploy/helm/generate.py
}
