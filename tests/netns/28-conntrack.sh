#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Random TCP segments through Linux conntrack and through vrflow: where they
# disagree there is a reason [FL-31 to FL-34]. SEQUENCES and SEED may be set.

ns=conntrack-$$
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
pid=
cleanup() {
	[ -n "$pid" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	for n in t k v; do ip netns del "$ns-$n" 2>/dev/null; done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

on() {
	n=$1
	shift
	ip netns exec "$ns-$n" "$@"
}
for n in t k v; do ip netns add "$ns-$n" || exit 1; done
for box in k v; do
	for i in 0 1; do
		ip link add "$box$i" netns "$ns-t" type veth peer name "e$i" \
			netns "$ns-$box" || exit 1
		on t sysctl -qw "net.ipv6.conf.$box$i.disable_ipv6=1"
		on $box sysctl -qw "net.ipv6.conf.e$i.disable_ipv6=1"
		on t ip link set "$box$i" up
		on $box ip link set "e$i" up
	done
done
on k ip addr add 198.51.100.1/24 dev e0
on k ip addr add 192.0.2.1/24 dev e1
on k sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_loose=0 \
	2>/dev/null
on k nft -f - <<'END' || exit 1
table ip t {
	chain f {
		type filter hook forward priority 0; policy drop;
		udp dport 7 accept
		ct state invalid drop
		ct state established accept
		iifname "e0" ct state new accept
	}
}
END
on k sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0 || exit 1

cat >"$dir/gw.conf" <<'END'
set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.1/24
set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.1/24
set security zones security-zone a interfaces ge-0/0/0.0
set security zones security-zone b interfaces ge-0/0/1.0
set security policies from-zone a to-zone b policy out match source-address any destination-address any application any
set security policies from-zone a to-zone b policy out then permit
set security policies from-zone b to-zone a policy mark match source-address any destination-address any application mark
set security policies from-zone b to-zone a policy mark then permit
set applications application mark protocol udp destination-port 7
END
ip netns exec "$ns-v" "$VRFLOW_BUILD/vrflowd" -f -c "$dir/gw.conf" -s "$dir/sock" \
	-p ge-0/0/0=linux:e0 -p ge-0/0/1=linux:e1 >"$dir/out" 2>"$dir/err" &
pid=$!
for i in $(seq 300); do
	grep -q ready "$dir/out" && break
	sleep 0.05
done
grep -q ready "$dir/out" || {
	cat "$dir/err"
	exit 1
}
on t python3 "$here/conntrack.py" k0 k1 v0 v1 "${SEQUENCES:-500}" "${SEED:-1}"
