#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# [OP-81] [OP-83] Two workers, many flows, both directions:
#
#   a ---- ge-0/0/0 [ box, -w 2 ] ge-0/0/1 ---- b
#
# No packet overtakes another of its flow, and hardly any comes to a worker
# that does not own it.

p=workers-$$
dir=$(mktemp -d) || exit 1
pid=
srv=
cleanup() {
	for i in $pid $srv; do
		kill "$i" 2>/dev/null
		wait "$i" 2>/dev/null
	done
	for n in a m b; do ip netns del "$p-$n" 2>/dev/null; done
	rm -rf "$dir"
}
trap cleanup EXIT

for n in a m b; do
	ip netns add "$p-$n" || exit 1
	ip netns exec "$p-$n" sh -c \
		'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
done
ip link add eth1 netns "$p-a" type veth peer name ge-0-0-0 netns "$p-m"
ip link add eth1 netns "$p-b" type veth peer name ge-0-0-1 netns "$p-m"
for x in "a eth1" "b eth1" "m ge-0-0-0" "m ge-0-0-1"; do
	ip -n "$p-${x% *}" link set "${x#* }" up
done
ip -n "$p-a" addr add 198.51.100.2/24 dev eth1
ip -n "$p-b" addr add 203.0.113.2/24 dev eth1
ip -n "$p-a" route add default via 198.51.100.1
ip -n "$p-b" route add default via 203.0.113.1
cat >"$dir/box.conf" <<C
set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.1/24
set interfaces ge-0/0/1 unit 0 family inet address 203.0.113.1/24
set security zones security-zone a interfaces ge-0/0/0.0
set security zones security-zone b interfaces ge-0/0/1.0
set security policies from-zone a to-zone b policy p match source-address any destination-address any application any
set security policies from-zone a to-zone b policy p then permit
C
ip netns exec "$p-m" "$VRFLOW_BUILD/vrflowd" -f -w 2 -c "$dir/box.conf" \
	-s "$dir/sock" >"$dir/log" 2>&1 &
pid=$!
for _ in $(seq 300); do
	grep -q ready "$dir/log" && break
	sleep 0.1
done

cat >"$dir/echo.py" <<'P'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
s.bind(("203.0.113.2", 7))
open("ready", "w").close()
while True:
    data, peer = s.recvfrom(2048)
    s.sendto(data, peer)
P
cat >"$dir/flows.py" <<'P'
import select, socket, sys
FLOWS, ROUNDS = 64, 150
socks = []
for i in range(FLOWS):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setblocking(False)
    s.connect(("203.0.113.2", 7))
    socks.append(s)
last, got, disorder = [-1] * FLOWS, 0, 0

def read(timeout):
    global got, disorder
    any_read = False
    for s in select.select(socks, [], [], timeout)[0]:
        i = socks.index(s)
        try:
            while True:
                n = int(s.recv(100))
                any_read = True
                got += 1
                disorder += n < last[i]
                last[i] = n
        except BlockingIOError:
            pass
    return any_read

for n in range(ROUNDS):
    for s in socks:
        s.send(b"%d" % n)
    while (n + 1) * FLOWS - got > 256 and read(0.2): # not too fast
        pass
while read(1):
    pass
print("%d of %d, %d out of order" % (got, FLOWS * ROUNDS, disorder))
sys.exit(disorder != 0 or got < FLOWS * ROUNDS * 0.9)
P
cd "$dir" || exit 1
ip netns exec "$p-b" python3 echo.py &
srv=$!
for _ in $(seq 50); do
	[ -e ready ] && break
	sleep 0.1
done
ip netns exec "$p-a" ping -n -c 1 -W 2 203.0.113.2 >/dev/null
ip netns exec "$p-a" python3 flows.py || failed=1
"$VRFLOW_BUILD/vrflow" -s "$dir/sock" -c 'show security flow workers' |
	tee workers
# Columns: worker, sessions, received, handed over, drops. ARP and what waited
# for a neighbour are handed over.
awk 'NR > 1 {
	n++; received += $3; over += $4; drops += $5
	if ($2 < 10) { print "worker " $1 " has " $2 " sessions"; bad = 1 }
}
END {
	if (n != 2 || received < 10000 || over > received / 100 || drops > 0)
		bad = 1
	exit bad
}' workers || failed=1
exit ${failed:-0}
