#!/usr/bin/env bash
# server.sh FOLDER start|stop|kill|pause|resume|runs NAME, or server.sh FOLDER list: a server of the
# cluster in FOLDER, such as etcd, for tests that take it away for a while. It keeps its data.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
load "$1"

signal() {
  runs "$1" || complain "$1 does not run"
  read -r process _ <"$folder/servers/$1.process"
  kill "-$2" "$process"
}

case $2 in
  start) start "$3" ;;
  stop) stop "$3" ;;
  kill) stop "$3" KILL ;;
  pause) signal "$3" STOP ;;
  resume) signal "$3" CONT ;;
  runs) runs "$3" ;;
  list) servers ;;
  *) complain "server.sh cannot '$2'" ;;
esac
