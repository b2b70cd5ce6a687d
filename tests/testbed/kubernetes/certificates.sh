#!/usr/bin/env bash
# certificates.sh FOLDER API_URL [NODE...]: a certificate authority, certificates and kubeconfigs.
# What is there already stays, so that a node can be added later.
set -euo pipefail
mkdir -p "$1"
cd "$1"
url=$2
shift 2

key() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  chmod 600 "$1.key"
}

authority() {
  [ -s "$1.crt" ] && return
  key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 3650 -out "$1.crt" \
    -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,digitalSignature,cRLSign
}

# certificate NAME AUTHORITY SUBJECT EXTENSION...
certificate() {
  local name=$1 authority=$2 subject=$3
  shift 3
  [ -s "$name.crt" ] && return
  key "$name"
  printf '%s\n' keyUsage=critical,digitalSignature "$@" >"$name.extensions"
  openssl req -new -key "$name.key" -subj "$subject" -out "$name.request"
  openssl x509 -req -in "$name.request" -CA "$authority.crt" -CAkey "$authority.key" \
    -CAcreateserial -days 3650 -extfile "$name.extensions" -out "$name.crt"
  rm "$name.request" "$name.extensions"
}

server() {
  certificate "$1" ca "/CN=$1" extendedKeyUsage=serverAuth "subjectAltName=$2"
}

client() {
  certificate "$1" "${3:-ca}" "$2" extendedKeyUsage=clientAuth
}

kubeconfig() {
  cat >"$1.kubeconfig" <<TEXT
apiVersion: v1
kind: Config
clusters:
  - name: testbed
    cluster:
      server: $url
      certificate-authority-data: $(base64 -w0 ca.crt)
users:
  - name: $1
    user:
      client-certificate-data: $(base64 -w0 "$1.crt")
      client-key-data: $(base64 -w0 "$1.key")
contexts:
  - name: testbed
    context: {cluster: testbed, user: $1}
current-context: testbed
TEXT
  chmod 600 "$1.kubeconfig"
}

authority ca
authority front-proxy-ca
names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
server apiserver "$names,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:10.96.0.1"
server local DNS:localhost,IP:127.0.0.1 # webhooks and metrics on this machine
client admin /O=system:masters/CN=admin
client kube-controller-manager /CN=system:kube-controller-manager
client kube-scheduler /CN=system:kube-scheduler
client kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
client front-proxy-client /CN=front-proxy-client front-proxy-ca
if [ ! -s service-accounts.pub ]; then
  key service-accounts
  openssl ec -in service-accounts.key -pubout -out service-accounts.pub
fi
for node in "$@"; do
  client "$node" "/O=system:nodes/CN=system:node:$node"
done
for name in admin kube-controller-manager kube-scheduler "$@"; do
  kubeconfig "$name"
done
