#pragma once

#include <string_view>

namespace functionmesh::local {

/// A stand-in for pulsarctl, which clean-up scripts may call and a Pulsar distribution does not
/// have: the few commands they use, by the pulsar-admin beside it.
constexpr std::string_view pulsarctl_script = R"script(#!/usr/bin/env bash
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
context=$here/.pulsarctl-context
options=()
words=()
issuer= audience= key= scope=
while (($#)); do
  case $1 in
    --*=*) name=${1%%=*} value=${1#*=} taken=1 ;;
    *) name=$1 value=${2:-} taken=2 ;;
  esac
  case $name in
    --admin-service-url) options+=(--admin-url "$value") ;;
    --auth-plugin | --auth-params | --tls-trust-cert-path) options+=("$name" "$value") ;;
    --issuer-endpoint) issuer=$value ;;
    --audience) audience=$value ;;
    --key-file) key=$value ;;
    --scope) scope=$value ;;
    --tls-allow-insecure | --tls-enable-hostname-verification)
      [ "$taken" = 2 ] && value=true taken=1
      [ "$value" = true ] && options+=("$name")
      ;;
    *) words+=("$1") taken=1 ;;
  esac
  shift "$taken"
done
if [ "${#options[@]}" = 0 ] && [ -f "$context" ]; then
  mapfile -d '' options <"$context"
fi
case "${words[*]:0:2}" in
  "context set")
    if [ -n "$issuer" ]; then
      options+=(--auth-plugin org.apache.pulsar.client.impl.auth.oauth2.AuthenticationOAuth2)
      printf -v params '{"type":"client_credentials","issuerUrl":"%s","audience":"%s",' \
        "$issuer" "$audience"
      printf -v params '%s"privateKey":"file://%s","scope":"%s"}' "$params" "${key#file://}" "$scope"
      options+=(--auth-params "$params")
    fi
    umask 077
    printf '%s\0' "${options[@]}" >"$context"
    exit
    ;;
  "oauth2 activate") exit 0 ;;
  "subscriptions delete") words=(topics unsubscribe -s "${words[3]}" "${words[2]}") ;;
  "namespaces unsubscribe") words=(namespaces unsubscribe -s "${words[3]}" "${words[2]}") ;;
esac
exec "$here/pulsar-admin" "${options[@]}" "${words[@]}"
)script";

}  // namespace functionmesh::local
