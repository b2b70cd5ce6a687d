#!/usr/bin/env bash
# update.sh VERSION: writes go.mod for another version of Kubernetes, such as v1.34.4. Needs Go.
# Kubernetes' own go.mod points at folders of its repository; whoever requires it from outside has to
# point at the published modules instead (v1.X.Y -> v0.X.Y).
set -euo pipefail
version=$1
staging=v0.${version#v1.}
cd "$(dirname "${BASH_SOURCE[0]}")"
upstream=$(go mod download -json "k8s.io/kubernetes@$version" |
  sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
{
  echo 'module functionmesh.test/kubernetes'
  sed -n 's/^go [0-9.]*$/&/p' "$upstream"
  echo "godebug default=$(sed -n 's/^godebug default=//p' "$upstream")"
  echo "require k8s.io/kubernetes $version"
  echo 'replace ('
  sed -n "s#^\t\(k8s.io/[a-z0-9-]*\) => \./staging/.*#\t\1 => \1 $staging#p" "$upstream"
  echo ')'
} >go.mod
go mod tidy
