#!/bin/sh
# First process of the node's namespaces: gives the node mounts of its own, then starts the supervisor and reaps whatever
# loses its parent. When it ends, the kernel ends everything else in the namespaces and drops the mounts.
#
# usage: init.sh RUNTIME_DIR MOUNT_POINT=SOURCE... -- SUPERVISOR...   (an empty SOURCE means memory)
set -eu
runtime=$1
shift

# A /run of its own, which shows of the host's only the folder of sockets: the programs then find neither the host's
# container sockets nor its systemd, and leave nothing there.
mkdir -p "$runtime/own"
mount -t tmpfs -o mode=755 node "$runtime/own"
mkdir "$runtime/own/${runtime##*/}"
mount --bind "$runtime" "$runtime/own/${runtime##*/}"
mount --rbind "$runtime/own" /run

# systemd-tmpfiles clears old empty folders out of /tmp, and a mount goes with its folder, unless somebody has it locked.
exec 9</tmp/hostpath_pv
flock --shared 9

while [ "$1" != -- ]; do
    point=${1%%=*} source=${1#*=}
    if [ -n "$source" ]; then mount --bind "$source" "$point"; else mount -t tmpfs -o mode=755 node "$point"; fi
    shift
done
shift

# kubelet would change these for the whole machine unless they are so already: it sees files that say so.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    name=${setting%=*}
    mkdir -p "/run/sysctl/${name%/*}"
    echo "${setting#*=}" >"/run/sysctl/$name"
    mount --bind "/run/sysctl/$name" "/proc/sys/$name"
done

# Pods may ask for volumes that show later mounts, which need a shared root. Nothing of it reaches the host.
mount --make-rshared /

# The network namespace's own setting.
echo 1 >/proc/sys/net/ipv4/ip_forward

"$@" &
supervisor=$!
trap 'kill -TERM $supervisor' TERM
while kill -0 $supervisor 2>/dev/null; do wait $supervisor || true; done
