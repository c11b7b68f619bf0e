#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# [OP-86] What -p, -C and -H cannot mean is said at the start, and nothing is
# started: also for interfaces that the configuration does not use.

vrflowd=$VRFLOW_BUILD/vrflowd
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
: >"$dir/box.conf"
failed=0

refused() { # pattern options...
	pattern=$1
	shift
	out=$(unshare -n timeout 20 "$vrflowd" -f -c "$dir/box.conf" \
		-s "$dir/sock" "$@" 2>&1)
	status=$?
	if [ $status -ne 1 ] || ! echo "$out" | grep -q -- "$pattern" ||
		echo "$out" | grep -q ready; then
		echo "not as expected: $*"
		echo "  status $status, $out"
		failed=1
	fi
}

refused 'there is no Linux device nope' -p ge-0/0/0=linux:nope
refused 'there is no Linux device' -p ge-0/0/0=linux:
refused 'only ,soft and ,shared' -p ge-0/0/0=linux:lo,fast
refused 'foo is not a physical interface' -p foo=linux:lo
refused 'ge-0/0 is not a physical interface' -p ge-0/0=linux:lo
refused 'ge-0/0/0.0 is not a physical' -p ge-0/0/0.0=linux:lo
refused 'ge-0/00/0 is not a physical' -p ge-0/00/0=linux:lo
refused 'no PCI device 0000:ff:1f.7' -p ge-0/0/0=dpdk:0000:ff:1f.7
refused 'no PCI device 0000:ff:1f.7' -p ge-0/0/0=dpdk:ff:1f.7,a=b
refused 'no driver for net_nonesuch0' -p xe-0/0/0=dpdk:net_nonesuch0,a=b
refused 'no driver' -p xe-0/0/0=dpdk:
refused 'cannot read /nonexistent' -p ge-0/0/0=pcap:/nonexistent,
refused 'must begin with linux:' -p ge-0/0/0=floppy:a
refused 'came before' -p ge-0/0/0=linux:lo -p ge-0/0/0=dpdk:net_ring0
refused 'came before' -p ge-0/0/0=linux:lo -p ge-0/0/1=linux:lo
refused '1 processors for 2 workers' -w 2 -C 0
refused 'processor 1023 is not there' -C 1023
[ "$(cat /proc/sys/vm/nr_hugepages)" != 0 ] ||
	refused 'no hugepages are reserved' -H
for bad in '' x 1- -1 1,,2 3-1x 0,0; do
	if "$vrflowd" -f -c "$dir/box.conf" -s "$dir/sock" -C "$bad" \
		>"$dir/out" 2>&1 || ! grep -q '^usage' "$dir/out"; then
		echo "-C '$bad': $(cat "$dir/out")"
		failed=1
	fi
done
exit $failed
