#!/bin/bash
# Starts PostgreSQL with the settings of the official image: POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB (each also with
# _FILE), POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA. An empty data folder is initialised first.
set -euo pipefail

fail() {
    echo "docker-entrypoint.sh: $*" >&2
    exit 1
}

# setting NAME DEFAULT: the value of NAME, or the content of the file that NAME_FILE names.
setting() {
    local file="$1_FILE"
    if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then fail "set $1 or $file, not both"; fi
    if [ -n "${!file:-}" ]; then cat "${!file}"; else echo "${!1:-$2}"; fi
}

initialise() {
    local user password database method
    user="$(setting POSTGRES_USER postgres)"
    password="$(setting POSTGRES_PASSWORD "")"
    database="$(setting POSTGRES_DB "$user")"
    method="${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
    [ -n "$password" ] || [ "$method" = trust ] || fail "POSTGRES_PASSWORD must be set to initialise an empty data folder"

    # Trusted from inside the container only; whoever comes from outside meets the line that is added below.
    local arguments=(--username="$user" --auth=trust)
    # shellcheck disable=SC2206 # The variable holds several arguments.
    [ -z "${POSTGRES_INITDB_ARGS:-}" ] || arguments+=($POSTGRES_INITDB_ARGS)
    if [ -n "$password" ]; then
        initdb "${arguments[@]}" --pwfile=<(printf '%s\n' "$password")
    else
        initdb "${arguments[@]}"
    fi
    printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

    if [ "$database" != postgres ]; then
        local sockets
        sockets="$(mktemp -d)"
        pg_ctl --wait --options="-c listen_addresses='' -c unix_socket_directories=$sockets" start
        psql --no-psqlrc -v ON_ERROR_STOP=1 -v name="$database" --host="$sockets" --username="$user" --dbname=postgres \
            <<< 'CREATE DATABASE :"name";'
        pg_ctl --wait --mode=fast stop
        rm -rf "$sockets"
    fi
}

case "${1:-}" in -*) set -- postgres "$@" ;; esac
[ "${1:-}" = postgres ] || exec "$@"

mkdir -p "$PGDATA"
if [ "$(id -u)" = 0 ]; then
    mkdir -p /var/run/postgresql
    chown -R postgres:postgres "$PGDATA" /var/run/postgresql
    exec chroot --userspec=postgres:postgres --skip-chdir / "$0" "$@"
fi
chmod 700 "$PGDATA" 2> /dev/null || true
[ -s "$PGDATA/PG_VERSION" ] || initialise
# The server needs no password in its environment.
unset POSTGRES_PASSWORD
exec "$@"
