#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container may hide parts of /sys; DPDK looks for /sys/module at its start.
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
: >"$scratch/vrflow.conf"
cat >"$scratch/try" <<'TRY'
set -eu
mkdir "$1/sys"
mount -t tmpfs tmpfs "$1/sys"
for d in /sys/*; do
	[ "${d#/sys/}" != module ] || continue
	mkdir "$1$d"
	mount --rbind "$d" "$1$d"
done
mount --move "$1/sys" /sys
[ ! -e /sys/module ]
"$VRFLOW_BUILD/vrflowd" -f -c "$1/vrflow.conf" -s "$1/vrflow.sock" \
	-l "$1" >"$1/out" 2>&1 &
daemon=$!
for _ in $(seq 100); do
	grep -q '^ready' "$1/out" && break
	sleep 0.1
done
kill $daemon 2>/dev/null || true
wait $daemon || true
grep '^ready' "$1/out" || { cat "$1/out"; exit 1; }
TRY
unshare -m -n --propagation private sh "$scratch/try" "$scratch"
