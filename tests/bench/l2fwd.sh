#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# TCP through l2fwd beside TCP through a Linux bridge, in the same run: two
# hosts in network namespaces of our own, veth pairs, offloads as they are.
#
#   l2fwd.sh L2FWD [SECONDS]     as root
set -eu
L2FWD=$1 SECONDS_EACH=${2:-3}
A=l2a-$$ M=l2m-$$ B=l2b-$$ pid= srv= out=$(mktemp)

cleanup() {
	for p in $pid $srv; do
		kill "$p" 2>/dev/null || true
		wait "$p" 2>/dev/null || true
	done
	for ns in $A $M $B; do ip netns del "$ns" 2>/dev/null || true; done
	rm -f "$out" "$out.fwd"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

for ns in $A $M $B; do ip netns add "$ns"; done
ip link add a0 netns "$A" type veth peer name m0 netns "$M"
ip link add b0 netns "$B" type veth peer name m1 netns "$M"
ip -n "$A" addr add 192.0.2.1/24 dev a0
ip -n "$B" addr add 192.0.2.2/24 dev b0
ip -n "$A" addr add 2001:db8::1/64 dev a0 nodad
ip -n "$B" addr add 2001:db8::2/64 dev b0 nodad
ip -n "$A" link set a0 up
ip -n "$B" link set b0 up
ip -n "$M" link set m0 up
ip -n "$M" link set m1 up
ip netns exec "$B" iperf3 -s -1 >/dev/null 2>&1 & srv=$!

gbits() { # label, address, further options of iperf3
	to=$2 name=$1
	shift 2
	kill "$srv" 2>/dev/null || true
	wait "$srv" 2>/dev/null || true
	ip netns exec "$B" iperf3 -s -1 >/dev/null 2>&1 & srv=$!
	sleep 0.5
	ip netns exec "$A" iperf3 -c "$to" -t "$SECONDS_EACH" -J "$@" >"$out" ||
		{ echo "$name: iperf3 failed"; cat "$out"; exit 1; }
	python3 - "$name" "$out" <<'PY'
import json, sys
end = json.load(open(sys.argv[2]))["end"]
got = end.get("sum_received") or end["sum"]
print("%-28s %6.2f Gbit/s" % (sys.argv[1], got["bits_per_second"] / 1e9))
PY
}

through() { # label, devices
	label=$1
	shift
	ip netns exec "$M" "$L2FWD" "$@" >"$out.fwd" & pid=$!
	while ! grep -q ready "$out.fwd"; do
		kill -0 "$pid" || exit 1
		sleep 0.05
	done
	gbits "$label, IPv4" 192.0.2.2
	gbits "$label, IPv6" 2001:db8::2
	[ -z "${VERBOSE:-}" ] || grep -E 'VmRSS' "/proc/$pid/status"
	kill "$pid"
	wait "$pid" || true
	[ -z "${VERBOSE:-}" ] || cat "$out.fwd"
	rm -f "$out.fwd"
	pid=
}

through "l2fwd" linux:m0 linux:m1
through "l2fwd, software offloads" linux:m0,soft linux:m1,soft
ip -n "$M" link add br0 type bridge
ip -n "$M" link set m0 master br0
ip -n "$M" link set m1 master br0
ip -n "$M" link set br0 up
sleep 0.2
gbits "Linux bridge, IPv4" 192.0.2.2
gbits "Linux bridge, IPv6" 2001:db8::2
