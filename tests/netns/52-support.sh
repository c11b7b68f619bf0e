#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# request support information [OB-40], show services [OB-41], show system
# processes and memory: on a box that does nothing.

set -- v
. "$(dirname "$0")/scripts.sh"

# has FILE TEXT...: a line with each
has() {
	file=$dir/$1
	shift
	for text in "$@"; do
		grep -qF -- "$text" "$file" || {
			cat "$file"
			fail "there is no: $text"
		}
	done
}

cat >"$dir/gw.conf" <<'END'
set system host-name gw
set system login user ann class super-user authentication encrypted-password "$6$secret$hash"
set security screen ids-option strict icmp ping-death
set security zones security-zone LAN screen strict
set security zones security-zone DMZ screen strict
set security nat source pool p address 203.0.113.1/32
set routing-options static route 198.51.100.0/24 discard
set services metrics port 9436
set services flow-monitoring version-ipfix flow-server 127.0.0.1 port 4739
set services flow-monitoring version-ipfix flow-server 127.0.0.2 transport tcp
END
box_start -w 2

cli "request support information" >"$dir/rsi" || fail "status $?"
has rsi 'gw> show configuration | except SECRET-DATA' 'host-name gw;' \
	'gw> show version detail' 'gw> show interfaces extensive' \
	'gw> show security nat source pool all' 'Pool name' \
	'gw> show route' '198.51.100.0/24' 'gw> show services metrics' \
	'gw> show system processes extensive' 'gw> show system uptime' \
	'gw> show security flow session' 'Security zone: LAN' \
	'gw> show security screen ids-option strict' 'ping of death' \
	'gw> show security screen statistics zone LAN' \
	'gw> show security screen statistics zone DMZ' \
	'gw> show system commit'
grep -q '^error:' "$dir/rsi" && fail "$(grep -B2 '^error:' "$dir/rsi")"
grep -q 'secret\$hash' "$dir/rsi" && fail "a secret is told"
# Every show command that needs no argument is in it, once.
[ "$(grep -c '> show system uptime$' "$dir/rsi")" = 1 ] || fail "not once"
[ "$(grep -c '> show ' "$dir/rsi")" -ge 50 ] || fail "not all commands"
cli "request support information | save $dir/saved" >/dev/null || fail "save"
has saved 'gw> show version detail'
cli "request support information | match Hostname" >"$dir/match"
has match 'Hostname: gw'
cli "request support information | display xml" >"$dir/xml" || fail "xml"
python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' "$dir/xml" || fail "not XML"

# By NETCONF, as an RPC.
printf '%s]]>]]>' '<hello/>' \
	'<rpc message-id="1"><get-support-information/></rpc>' \
	'<rpc message-id="2"><get-alarm-information/></rpc>' \
	'<rpc message-id="3"><close-session/></rpc>' |
	"$VRFLOW_BUILD/vrflow-netconf" -s "$dir/sock" >"$dir/rpc"
has rpc 'gw&gt; show version detail' '<alarm-description>Flow server' \
	'127.0.0.2 port 4739: Not connected'

on v curl -sS http://127.0.0.1:9436/metrics >"$dir/page" ||
	fail "no page"
cli "show services metrics" >"$dir/metrics"
has metrics 'State: listening' 'Address: 127.0.0.1, port: 9436' 'Pages: 1, '
cli "show services flow-monitoring" >"$dir/flow"
has flow 'Events: session-close' 'Flow server 127.0.0.1, port 4739, udp' \
	'reached by the host' 'Flow server 127.0.0.2, port 4739, tcp' \
	'State: not connected' 'again after 600 seconds or 4800 packets'
cli "show services flow-monitoring | display xml" >"$dir/xml"
has xml '<flow-server-address>127.0.0.1</flow-server-address>'
cli "show system processes" >"$dir/ps"
has ps ' vrflowd' ' vrflow-worker0' ' vrflow-worker1'
cli "show system memory" >"$dir/memory"
has memory 'vrflowd resident' 'session table' 'heap'
awk '/resident/ { r = $3 } /private/ { p = $2 }
	END { exit !(r > 1000 && p > 100 && p <= r) }' "$dir/memory" ||
	fail "$(cat "$dir/memory")"
