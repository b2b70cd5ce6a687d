#!/usr/bin/env bash
# node-tools.sh FOLDER: unpacks what a real node runs on, from Debian's packages. They are not installed:
# nothing of the machine's changes, no service starts, a container engine that is here stays.
set -euo pipefail
mkdir -p "$1"
cd "$1"
packages=(containerd runc containernetworking-plugins)
apt-get download "${packages[@]}" || {
  apt-get update # there may be no lists of packages yet, or old ones
  apt-get download "${packages[@]}"
}
for package in *.deb; do
  dpkg-deb --extract "$package" .
done
rm -- *.deb
