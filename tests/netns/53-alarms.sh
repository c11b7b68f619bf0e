#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Alarms [OB-50]: each appears when its condition is met and goes when it is
# not; both are events of the system; metrics count them.

set -- b v
. "$(dirname "$0")/scripts.sh"

# see yes|no CLASS TEXT: within five seconds there is, or is no such alarm
see() {
	for _ in $(seq 50); do
		cli "show system alarms" >"$dir/alarms"
		if grep -q " $2 *$3\$" "$dir/alarms"; then found=yes; else
			found=no
		fi
		[ $found = "$1" ] && return
		sleep 0.1
	done
	fail "alarm '$2 $3': not $1"
}

ip link add ge-0-0-0 netns "$ns-v" type veth peer name e0 netns "$ns-b"
ip netns exec "$ns-v" ip link set ge-0-0-0 up
cat >"$dir/gw.conf" <<'END'
set system syslog file events daemon any
set system syslog file events structured-data
set chassis alarm ethernet link-down red
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24
set security zones security-zone LAN interfaces ge-0/0/0.0
set services metrics port 9436
set services flow-monitoring version-ipfix flow-server 127.0.0.1 port 4740
set services flow-monitoring version-ipfix flow-server 127.0.0.1 transport tcp
END
box_start

see yes Major 'ge-0/0/0: Link down'
see yes Minor 'Flow server 127.0.0.1 port 4740: Not connected'
grep -q '^2 alarms currently active' "$dir/alarms" || fail "not two"
ip netns exec "$ns-v" curl -s http://127.0.0.1:9436/metrics >"$dir/page"
grep -q '^vrflow_alarms{class="major"} 1$' "$dir/page" || fail "no metric"
cli "show chassis alarms | display xml" >"$dir/xml"
grep -q '<alarm-class>Major</alarm-class>' "$dir/xml" || fail "no XML"

ip netns exec "$ns-b" ip link set e0 up
see no Major 'ge-0/0/0: Link down'
ip netns exec "$ns-v" python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 4740))
c, _ = s.accept()
print("accepted", flush=True)
while c.recv(4096): pass' >"$dir/collector" &
pids="$! $pids"
for _ in $(seq 100); do # it dials every five seconds
	[ -s "$dir/collector" ] && break
	sleep 0.1
done
see no Minor 'Flow server 127.0.0.1 port 4740: Not connected'
grep -q '^No alarms currently active' "$dir/alarms" || fail "there are some"
for text in \
	'SYSTEM_ALARM_SET .*Alarm set: System color=RED, class=CHASSIS, reason=ge-0/0/0: Link down' \
	'SYSTEM_ALARM_CLEARED .*reason=ge-0/0/0: Link down' \
	'SYSTEM_ALARM_SET .*color=YELLOW, class=CHASSIS, reason=Flow server' \
	'SYSTEM_ALARM_CLEARED .*reason=Flow server' 'SNMP_TRAP_LINK_UP '; do
	grep -q "$text" "$dir/log/events" ||
		fail "no event $text: $(cat "$dir/log/events")"
done
