#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The page of metrics [OB-1 to OB-5]: its format, read by a strict parser (and
# by promtool, where there is one), its numbers against the packets that were
# sent, hostile clients, and commits that move it.
#
#   h 192.168.1.10 --- ge-0/0/0 LAN | vrflow | ISP ge-0/0/1 --- o 192.0.2.10

set -- h o v
. "$(dirname "$0")/scripts.sh"

# commit STATEMENT...: says what the commit says
commit() {
	{
		echo configure
		for line in "$@"; do echo "$line"; done
		echo commit and-quit
	} | on v "$VRFLOW_BUILD/vrflow" -s "$dir/sock" 2>&1
}
page() { # page [ADDRESS]
	on v curl -sS --max-time 5 "http://${1:-127.0.0.1:9436}/metrics" \
		>"$dir/page" || return 1
}
# see SAMPLE...: on a fresh page, in good form
see() {
	page || fail "no page"
	python3 "$here/prom.py" "$@" <"$dir/page" || fail "see above"
}

ip link add e0 netns "$ns-h" type veth peer name ge-0-0-0 netns "$ns-v"
ip link add e0 netns "$ns-o" type veth peer name ge-0-0-1 netns "$ns-v"
for n in h o; do
	on $n sysctl -qw net.ipv6.conf.e0.disable_ipv6=1
	on $n ip link set e0 up
done
for i in 0 1; do on v ip link set "ge-0-0-$i" up; done
on h ip addr add 192.168.1.10/24 dev e0
on h ip route add default via 192.168.1.1
on o ip addr add 192.0.2.10/24 dev e0

cat >"$dir/gw.conf" <<'END'
set system host-name gw
set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24
set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.1/24
set interfaces ge-0/0/1 unit 0 family inet filter input seen
set firewall family inet filter seen term icmp from protocol icmp
set firewall family inet filter seen term icmp then count pings
set firewall family inet filter seen term icmp then accept
set firewall family inet filter seen term rest then accept
set policy-options policy-statement from-isp term all from instance ISP
set policy-options policy-statement from-isp term all then accept
set routing-instances LAN instance-type virtual-router
set routing-instances LAN interface ge-0/0/0.0
set routing-instances LAN routing-options instance-import from-isp
set routing-instances ISP instance-type virtual-router
set routing-instances ISP interface ge-0/0/1.0
set security screen ids-option s icmp ping-death
set security screen ids-option s ip record-route-option
set security zones security-zone LAN screen s
set security zones security-zone LAN interfaces ge-0/0/0.0
set security zones security-zone ISP interfaces ge-0/0/1.0
set applications application dns protocol udp destination-port 53
set security policies from-zone LAN to-zone ISP policy out match source-address any destination-address any application any
set security policies from-zone LAN to-zone ISP policy out then permit
set security nat source pool p address 203.0.113.1/32
set security nat source rule-set out from zone LAN
set security nat source rule-set out to zone ISP
set security nat source rule-set out rule r match source-address 192.168.1.0/24
set security nat source rule-set out rule r then source-nat pool p
set security nat proxy-arp interface ge-0/0/1.0 address 203.0.113.1/32
set security log file name sessions
set system syslog file events interactive-commands any
set services metrics port 9436
END
box_start -w 2
on o ip route add 203.0.113.0/24 dev e0

# Nothing has happened yet: all is there, and 0.
see 'vrflow_sessions{state="valid"}=0' 'vrflow_commits_total{result="applied"}=1' \
	'vrflow_commits_total{result="refused"}=0' 'vrflow_commit_last_failed=0' \
	'vrflow_policy_hits_total{policy="out"}=0' 'vrflow_sessions_max>=1000' \
	'vrflow_info{host_name="gw"}=1' 'vrflow_drops_total{reason="no-route"}=0' \
	'vrflow_port_up{port="ge-0/0/0",device="ge-0-0-0"}=1' \
	'vrflow_worker_busy_seconds_total{worker="1"}>=0' \
	'vrflow_nat_pool_addresses{pool="p",kind="source"}=1' \
	'vrflow_routes{table="LAN.inet.0"}>=3' 'process_resident_memory_bytes>=1e6'

# Five pings through NAT, one with an option that the screen hates, one that
# has no route, one connection that the default policy refuses.
on h ping -qc 5 -i 0.05 -W 5 192.0.2.10 >"$dir/ping" || fail "no ping"
on h ping -qR -c 1 -W 0.2 192.0.2.10 >>"$dir/ping"
on h ping -qc 1 -W 0.2 198.51.100.9 >>"$dir/ping"
on o ping -qc 1 -W 0.2 -I 192.0.2.10 203.0.113.9 >>"$dir/ping"
on o timeout 0.3 python3 -c 'import socket
socket.create_connection(("192.0.2.1", 22))' 2>/dev/null
see 'vrflow_policy_hits_total{policy="out",from_zone="LAN",to_zone="ISP"}>=1' \
	'vrflow_interface_receive_packets_total{interface="ge-0/0/0.0",zone="LAN",routing_instance="LAN"}>=6' \
	'vrflow_interface_transmit_bytes_total{interface="ge-0/0/1.0"}>=420' \
	'vrflow_zone_receive_packets_total{zone="LAN"}>=6' \
	'vrflow_routing_instance_transmit_packets_total{routing_instance="ISP"}>=5' \
	'vrflow_drops_total{reason="no-route"}>=1' \
	'vrflow_interface_drops_total{interface="ge-0/0/0.0",reason="no-route"}>=1' \
	'vrflow_filter_packets_total{filter="seen",term="icmp",counter="pings"}>=5' \
	'vrflow_screen_attacks_total{zone="LAN"}>=1' \
	'vrflow_nat_pool_hits_total{pool="p"}>=1' \
	'vrflow_nat_rule_hits_total{kind="source",rule_set="out",rule="r"}>=1' \
	'vrflow_forwarded_packets_total>=10' \
	'vrflow_sessions_created_total>=1' \
	'vrflow_log_queue_lost_total{queue="session"}=0' \
	'vrflow_log_messages_total{kind="security-file",name="sessions"}>=1'
# ... and the same numbers as the command that shows them.
shown=$(cli "show security flow drops | display xml" |
	grep -A1 '>no-route<' | sed -n 's/.*<drop-count>\([0-9]*\)<.*/\1/p')
see "vrflow_drops_total{reason=\"no-route\"}=$shown"
if command -v promtool >/dev/null; then
	promtool check metrics <"$dir/page" >"$dir/promtool" 2>&1 ||
		fail "promtool: $(cat "$dir/promtool")"
fi

# Other requests, and clients that are slow, many or rude [OB-3].
status() { on v curl -so /dev/null -w '%{http_code}' --max-time 5 "$@"; }
[ "$(status http://127.0.0.1:9436/)" = 404 ] || fail "/ is not 404"
[ "$(status -d x=1 http://127.0.0.1:9436/metrics)" = 405 ] || fail "POST"
[ "$(status -I http://127.0.0.1:9436/metrics)" = 200 ] || fail "HEAD"
on v python3 - <<'END' || fail "hostile clients"
import socket, urllib.request
def get():
	return urllib.request.urlopen("http://127.0.0.1:9436/metrics",
		timeout=5).read()
def dial(data=b""):
	s = socket.create_connection(("127.0.0.1", 9436), 5)
	s.sendall(data)
	return s
silent = [dial() for _ in range(6)]
half = [dial(b"GET /metrics HT") for _ in range(6)]
assert b"vrflow_info" in get()
for data in (b"\0" * 4000, b"GET " + b"/" * 100000, b"X" * 70000,
		b"GET /metrics HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
		b"GET /metrics HTTP/1.1\r\n" + b"a: b\r\n" * 5000):
	try:
		dial(data).close()
	except ConnectionError:
		pass
assert b"vrflow_info" in get()
deaf = [dial(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
	for _ in range(2)] # who never reads
assert b"vrflow_info" in get()
END
cli "show system uptime" >/dev/null || fail "the daemon is gone"
see

# Commits [OB-4]: a port that is taken refuses, the old page stays; the page
# moves to another address and port; it goes.
ip netns exec "$ns-v" python3 "$here/serve.py" tcp:9500 >"$dir/serve" &
pids="$! $pids"
for _ in $(seq 100); do
	[ -s "$dir/serve" ] && break
	sleep 0.05
done
commit "set services metrics port 9500" >"$dir/commit"
grep -q 'cannot listen on 127.0.0.1 port 9500: Address already in use' \
	"$dir/commit" || fail "$(cat "$dir/commit")"
see 'vrflow_commits_total{result="refused"}=1' 'vrflow_commit_last_failed=1' \
	'vrflow_commit_last_error{message="services metrics: cannot listen on 127.0.0.1 port 9500: Address already in use"}=1'
commit "rollback 0" "set services metrics address ::1" >"$dir/commit" ||
	fail "$(cat "$dir/commit")"
page && fail "the old page is still there"
page '[::1]:9436' || fail "no page over IPv6"
commit "set services metrics address 203.0.113.77" >"$dir/commit"
grep -q 'cannot listen on 203.0.113.77' "$dir/commit" ||
	fail "$(cat "$dir/commit")"
page '[::1]:9436' || fail "the page did not come back"
commit "rollback 0" "delete services metrics address" \
	"set services metrics port 9437" >"$dir/commit" ||
	fail "$(cat "$dir/commit")"
page 127.0.0.1:9437 || fail "the page did not move"
python3 "$here/prom.py" 'vrflow_commits_total{result="applied"}=3' \
	'vrflow_commits_total{result="refused"}=2' 'vrflow_commit_last_failed=0' \
	'vrflow_commit_last_error absent' <"$dir/page" || exit 1
page '[::1]:9436' 2>/dev/null && fail "the page is still where it was"
commit "delete services metrics" >"$dir/commit"
page 127.0.0.1:9437 2>/dev/null && fail "the page is still there"
grep -q 'UI_COMMIT_COMPLETED: commit complete, generation 2, ' \
	"$dir/log/events" && grep -q 'UI_CONFIGURATION_ERROR: Process: vrflowd,.* services], statement: metrics, cannot listen on 127.0.0.1 port 9500' \
	"$dir/log/events" || fail "events: $(cat "$dir/log/events")"
[ "$(cat "$dir/err" | grep -c -i 'error:')" = 0 ] || fail "errors"
