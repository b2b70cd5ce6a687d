#!/usr/bin/env bash
# build.sh GO FOLDER: compiles helm.
set -euo pipefail
go=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

# Which Kubernetes `helm template` speaks of when it asks none; without it, of one from long ago.
version=$(sed -n 's|^\tk8s.io/client-go v0\.\([0-9]*\)\.[0-9]* .*|\1|p' go.mod)
flags="-s -w"
for package in helm.sh/helm/v3/pkg/lint/rules helm.sh/helm/v3/pkg/chartutil; do
  flags+=" -X $package.k8sVersionMajor=1 -X $package.k8sVersionMinor=$version"
done
# -trimpath as for Kubernetes: what both are made of is compiled once.
CGO_ENABLED=0 "$go" build -v -trimpath -ldflags "$flags" -o "$folder/helm" helm.sh/helm/v3/cmd/helm
