#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# [OP-85] A box with nothing to do uses no processor, whatever its ports are.
# The bound is a tenth of one processor; measured is a hundredth at most.

vrflowd=$VRFLOW_BUILD/vrflowd
ns=quiet-$$
dir=$(mktemp -d) || exit 1
pid=
cleanup() {
	[ -z "$pid" ] || { kill "$pid"; wait "$pid"; } 2>/dev/null
	ip netns del "$ns" 2>/dev/null
	rm -rf "$dir"
}
trap cleanup EXIT
failed=0

ip netns add "$ns" || exit 1
ip -n "$ns" link add v0 type veth peer name v1
ip -n "$ns" link set v0 up
ip -n "$ns" link set v1 up
ip netns exec "$ns" sh -c \
	'echo 1 >/proc/sys/net/ipv6/conf/v1/disable_ipv6
	echo 1 >/proc/sys/net/ipv6/conf/v0/disable_ipv6'
cat >"$dir/box.conf" <<C
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24
set security zones security-zone a interfaces ge-0/0/0.0
C

ticks() {
	awk '{ print $14 + $15 }' "/proc/$pid/stat"
}

quiet() { # device, further options
	device=$1
	shift
	: >"$dir/log" # or "ready" of the one before could still stand there
	ip netns exec "$ns" "$vrflowd" -f -c "$dir/box.conf" -s "$dir/sock" \
		-p "ge-0/0/0=$device" "$@" >"$dir/log" 2>&1 &
	pid=$!
	for _ in $(seq 300); do
		grep -q ready "$dir/log" && break
		sleep 0.1
	done
	if ! grep -q ready "$dir/log"; then
		echo "$device: $(cat "$dir/log")"
		failed=1
	else
		sleep 0.7
		before=$(ticks)
		sleep 1.5
		used=$(($(ticks) - before))
		limit=$(($(getconf CLK_TCK) * 15 / 100))
		echo "$device $*: $used ticks in 1.5 s"
		if [ "$used" -gt "$limit" ]; then
			failed=1
		fi
	fi
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=
}

has() { # driver of DPDK
	ls /usr/lib/*/librte_net_"$1".so.23 >/dev/null 2>&1
}

quiet linux:v1
quiet linux:v1 -w 2
quiet linux:v1,soft,shared
! has ring || quiet dpdk:net_ring0
! has ring || quiet dpdk:net_ring0 -w 2
! has af_packet || quiet dpdk:net_af_packet0,iface=v1
! has tap || [ ! -c /dev/net/tun ] || quiet dpdk:net_tap0,iface=dt0
! has memif || quiet "dpdk:net_memif0,role=server,socket=$dir/memif,socket-abstract=no"
! has vhost || quiet "dpdk:net_vhost0,iface=$dir/vhost"
exit $failed
