#!/bin/sh
# Starts the server as the official image does: bound to this container's own address unless BIND_ON_IP says otherwise.
set -eu

own_address() {
    awk -v name="$(hostname)" '{ for (field = 2; field <= NF; field++) if ($field == name) { print $1; exit } }' /etc/hosts
}

export BIND_ON_IP="${BIND_ON_IP:-$(own_address)}"
case "$BIND_ON_IP" in
    # Other members can't reach "all addresses", so the one that they are told must be a real one.
    0.0.0.0 | ::0) export TEMPORAL_BROADCAST_ADDRESS="${TEMPORAL_BROADCAST_ADDRESS:-$(own_address)}" ;;
esac

exec temporal-server start
