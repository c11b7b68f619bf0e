#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Linux ports in one run: TCP through vrflow, its ports without the engine, a
# Linux bridge and the kernel with nftables masquerade; 64-byte UDP through
# vrflow's linux: port, DPDK's af_packet driver under the same engine, and the
# kernel. Needs root.
#   tests/bench/linux_ports.sh [BUILD-DIR] [SECONDS] [ROUNDS]
set -u
BUILD=$(realpath "${1:-build}")
SECONDS_EACH=${2:-3}
ROUNDS=${3:-3}
HERE=$(cd "$(dirname "$0")" && pwd)
P=vrbench$$
D=$(mktemp -d)
DAEMON=

cleanup() {
	[ -n "$DAEMON" ] && kill "$DAEMON" 2>/dev/null && wait "$DAEMON"
	for n in a b m; do ip netns del "$P-$n" 2>/dev/null; done
	rm -rf "$D"
}
trap cleanup EXIT

gcc -O2 -D_GNU_SOURCE -o "$D/blast" "$HERE/blast.c" || exit 1

hosts() { # names of the two devices in the middle
	: >"$D/log" # or "ready" of the last box could be taken for this one's
	for n in a b m; do
		ip netns add "$P-$n"
		ip -n "$P-$n" link set lo up
		ip netns exec "$P-$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	done
	for x in "a $1" "b $2"; do
		set -- $x
		ip link add eth1 netns "$P-$1" type veth peer name "$2" \
			netns "$P-m"
		ip -n "$P-$1" link set eth1 up
		ip -n "$P-m" link set "$2" up
	done
}

routed() {
	ip -n "$P-a" addr add 198.51.100.2/24 dev eth1
	ip -n "$P-b" addr add 203.0.113.2/24 dev eth1
	ip -n "$P-a" route add default via 198.51.100.1
	ip -n "$P-b" route add default via 203.0.113.1
}

bye() {
	if [ -n "$DAEMON" ]; then
		kill "$DAEMON"
		wait "$DAEMON" 2>/dev/null
		DAEMON=
	fi
	for n in a b m; do ip netns del "$P-$n"; done
}

vrflow() { # device prefix of each port
	hosts ge-0-0-0 ge-0-0-1
	routed
	cat >"$D/box.conf" <<-C
		set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.1/24
		set interfaces ge-0/0/1 unit 0 family inet address 203.0.113.1/24
		set security zones security-zone a interfaces ge-0/0/0.0
		set security zones security-zone b interfaces ge-0/0/1.0
		set security policies from-zone a to-zone b policy p match source-address any destination-address any application any
		set security policies from-zone a to-zone b policy p then permit
	C
	ip netns exec "$P-m" "$BUILD/vrflowd" -f -c "$D/box.conf" \
		-s "$D/sock" -p "ge-0/0/0=$1" -p "ge-0/0/1=$2" "${@:3}" \
		>"$D/log" 2>&1 &
	DAEMON=$!
	for _ in $(seq 50); do
		grep -q ready "$D/log" && break
		sleep 0.1
	done
	DST=203.0.113.2
}

joined() { # the ports alone: what comes on one leaves by the other
	hosts p0 p1
	ip -n "$P-a" addr add 203.0.113.1/24 dev eth1
	ip -n "$P-b" addr add 203.0.113.2/24 dev eth1
	ip netns exec "$P-m" "$BUILD/tests/unit/io/l2fwd" linux:p0 linux:p1 \
		>"$D/log" 2>&1 &
	DAEMON=$!
	for _ in $(seq 50); do
		grep -q ready "$D/log" && break
		sleep 0.1
	done
	DST=203.0.113.2
}

nobody() { # devices that lead nowhere: what one core can send at all
	hosts p0 p1
	routed
	ip -n "$P-m" addr add 198.51.100.1/24 dev p0
	DST=203.0.113.2
}

bridge() {
	hosts p0 p1
	ip -n "$P-a" addr add 203.0.113.1/24 dev eth1
	ip -n "$P-b" addr add 203.0.113.2/24 dev eth1
	ip -n "$P-m" link add br0 type bridge
	ip -n "$P-m" link set p0 master br0
	ip -n "$P-m" link set p1 master br0
	ip -n "$P-m" link set br0 up
	DST=203.0.113.2
}

kernel() { # masquerade or not
	hosts p0 p1
	routed
	ip -n "$P-m" addr add 198.51.100.1/24 dev p0
	ip -n "$P-m" addr add 203.0.113.1/24 dev p1
	ip netns exec "$P-m" sysctl -qw net.ipv4.ip_forward=1
	ip netns exec "$P-m" nft -f - <<-N
		table ip t {
			chain f {
				type filter hook forward priority 0
				ct state established,related accept
				ct state new accept
			}
			chain s {
				type nat hook postrouting priority 100
				oifname "p1" masquerade
			}
		}
	N
	DST=203.0.113.2
}

tcp() { # Gbit/s
	ip netns exec "$P-b" iperf3 -s -1 -D -I "$D/iperf.pid" >/dev/null
	for _ in $(seq 30); do
		ip netns exec "$P-b" ss -ltn | grep -q 5201 && break
		sleep 0.1
	done
	ip netns exec "$P-a" iperf3 -c "$DST" -t "$SECONDS_EACH" -J |
		python3 -c 'import json,sys; print("%.2f" % (json.load(sys.stdin)["end"]["sum_received"]["bits_per_second"]/1e9))'
}

udp_sent() { # kpps that blast() sends
	local mac
	mac=$(ip -n "$P-m" link show p0 |
		sed -n 's/.*ether \([0-9a-f:]*\).*/\1/p')
	echo $(($(ip netns exec "$P-a" "$D/blast" eth1 "$mac" 198.51.100.2 \
		"$DST" "$SECONDS_EACH") / SECONDS_EACH / 1000))
}

udp() { # thousands of packets a second that arrive
	local mac before after
	# the receiver counts and drops, or its answers would be the benchmark
	ip netns exec "$P-b" nft -f - <<-N
		table netdev d {
			chain i {
				type filter hook ingress device eth1 priority 0
				udp dport 53 drop
			}
		}
	N
	ip netns exec "$P-a" ping -c 1 -W 1 "$DST" >/dev/null 2>&1
	mac=$(ip -n "$P-a" neigh show 198.51.100.1 |
		sed -n 's/.*lladdr \([0-9a-f:]*\).*/\1/p')
	before=$(ip netns exec "$P-b" cat /sys/class/net/eth1/statistics/rx_packets)
	ip netns exec "$P-a" "$D/blast" eth1 "${mac:-ff:ff:ff:ff:ff:ff}" \
		198.51.100.2 "$DST" "$SECONDS_EACH" >/dev/null
	after=$(ip netns exec "$P-b" cat /sys/class/net/eth1/statistics/rx_packets)
	echo $(((after - before) / SECONDS_EACH / 1000))
}

ticks() {
	awk '{ print $14 + $15 }' "/proc/$DAEMON/stat"
}

# What the box itself pays, in nanoseconds a packet: does not depend on how fast
# the sender and the receiver are, nor much on what else the machine does.
cost() {
	local before packets
	before=$(ticks)
	packets=$(($(udp) * SECONDS_EACH * 1000))
	echo $((($(ticks) - before) * (1000000000 / $(getconf CLK_TCK)) /
		(packets + 1)))
}

# Round by round, so that rows are compared under the same load.
LABELS=() SETUPS=() MEASURES=() VALUES=()
row() { # label setup measure
	LABELS+=("$1") SETUPS+=("$2") MEASURES+=("$3") VALUES+=("")
}
OWN='vrflow linux:ge-0-0-0 linux:ge-0-0-1'
DPDK='vrflow dpdk:net_af_packet0,iface=ge-0-0-0 dpdk:net_af_packet1,iface=ge-0-0-1'
row "TCP Gbit/s: vrflow linux:" "$OWN" tcp
[ -x "$BUILD/tests/unit/io/l2fwd" ] &&
	row "TCP Gbit/s: linux: ports joined, no engine" joined tcp
row "TCP Gbit/s: Linux bridge" bridge tcp
row "TCP Gbit/s: kernel, nft masquerade" kernel tcp
row "UDP 64 B kpps: vrflow linux:" "$OWN" udp
row "UDP 64 B kpps: vrflow linux:, 2 workers" "$OWN -w 2" udp
row "UDP 64 B kpps: vrflow dpdk:net_af_packet" "$DPDK" udp
row "UDP 64 B kpps: kernel, nft masquerade" kernel udp
row "UDP 64 B kpps: sent to nobody" nobody udp_sent
row "UDP 64 B ns a packet: vrflow linux:" "$OWN" cost
row "UDP 64 B ns a packet: vrflow dpdk:net_af_packet" "$DPDK" cost

echo "# $(nproc) cores, kernel $(uname -r), $(date -u +%F), ${SECONDS_EACH}s each"
for _ in $(seq "$ROUNDS"); do
	for i in "${!LABELS[@]}"; do
		eval "${SETUPS[$i]}"
		VALUES[$i]+=$(printf '%10s' "$(${MEASURES[$i]})")
		bye >/dev/null 2>&1
	done
done
printf '%-50s' "round"
for r in $(seq "$ROUNDS"); do printf '%10s' "$r"; done
echo
for i in "${!LABELS[@]}"; do
	printf '%-50s%s\n' "${LABELS[$i]}" "${VALUES[$i]}"
done
