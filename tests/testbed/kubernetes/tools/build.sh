#!/usr/bin/env bash
# build.sh GO FOLDER: compiles the one program that is all of Kubernetes here, and links its names.
set -euo pipefail
go=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

# What the servers say of their own version; clients refuse servers that say none.
version=$(sed -n 's|^\tk8s.io/kubernetes \(v[0-9.]*\)$|\1|p' go.mod)
minor=${version#v1.}
minor=${minor%%.*}
flags='-s -w'
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"
  flags+=" -X $package.gitTreeState=clean -X $package.buildDate=2026-01-01T00:00:00Z"
  flags+=" -X $package.gitCommit=0000000000000000000000000000000000000000"
done

# Always with the same flags: what is compiled with others is not found again in Go's cache.
CGO_ENABLED=0 "$go" build -v -trimpath -ldflags "$flags" -o "$folder/hyperkube" ./hyperkube
for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl \
  fake-kubelet metrics; do
  ln -sf hyperkube "$folder/$name"
done
