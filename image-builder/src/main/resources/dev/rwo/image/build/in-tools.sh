#!/bin/sh
# Runs a command inside the tools tree. Expects to be pid 1 of fresh mount and pid namespaces (and of a user
# namespace when a plain user builds), so that every mount and process made here ends with it.
# pivot_root and not chroot: in a chroot nobody can make the user namespaces that mkosi works in.
#
# usage: in-tools.sh TOOLS WORK AGENT SCRATCH COMMAND...
#   TOOLS    the tools tree, becomes /
#   WORK     becomes /rwo/work, writable
#   AGENT    becomes /rwo/agent, read-only; "-" when there is none
#   SCRATCH  a directory that becomes /var/tmp, or "tmpfs"
set -eu
tools=$1 work=$2 agent=$3 scratch=$4
shift 4

mount --bind "$tools" "$tools"
cd "$tools"
mkdir -p rwo/work rwo/agent rwo/old
# Where a container hides parts of /proc the kernel refuses a second one: the outer one serves then.
mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
if [ "$scratch" = tmpfs ]; then
    mount -t tmpfs -o mode=1777,size=12G tmpfs var/tmp
else
    mount --bind "$scratch" var/tmp
fi
mount --bind "$work" rwo/work
if [ "$agent" != - ]; then
    mount --bind "$agent" rwo/agent
    mount -o remount,bind,ro rwo/agent
fi
# A machine without network has no resolv.conf, and needs none: all packages are in the cache.
cat /etc/resolv.conf >etc/resolv.conf 2>/dev/null || :
cat /etc/hosts >etc/hosts 2>/dev/null || :
pivot_root . rwo/old
umount -l /rwo/old
cd /rwo/work
exec "$@"
