#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records of sessions at three collectors at once: Debian's nfcapd and a parser
# of our own by UDP through the packet path, the same parser by TCP through
# Linux [OB-20 to OB-25].
#
#   h 192.168.1.10 --- ge-0/0/0 LAN | vrflow | ISP ge-0/0/1 --- o 192.0.2.10
#     2001:db8:1::10                                           2001:db8:2::10

set -- h o v
. "$(dirname "$0")/scripts.sh"

ip link add e0 netns "$ns-h" type veth peer name ge-0-0-0 netns "$ns-v"
ip link add e0 netns "$ns-o" type veth peer name ge-0-0-1 netns "$ns-v"
for n in h o; do on $n ip link set e0 up; done
for i in 0 1; do on v ip link set "ge-0-0-$i" up; done
on h ip addr add 192.168.1.10/24 dev e0
on h ip addr add 2001:db8:1::10/64 dev e0 nodad
on h ip route add default via 192.168.1.1
on h ip route add default via 2001:db8:1::1
on o ip addr add 192.0.2.10/24 dev e0
on o ip addr add 2001:db8:2::10/64 dev e0 nodad
on o ip route add default via 192.0.2.1
on o ip route add default via 2001:db8:2::1

cat >"$dir/gw.conf" <<'END'
set system host-name gw
set interfaces ge-0/0/0 unit 0 family inet address 192.168.1.1/24
set interfaces ge-0/0/0 unit 0 family inet6 address 2001:db8:1::1/64
set interfaces ge-0/0/1 unit 0 family inet address 192.0.2.1/24
set interfaces ge-0/0/1 unit 0 family inet6 address 2001:db8:2::1/64
set policy-options policy-statement from-isp term all from instance ISP
set policy-options policy-statement from-isp term all then accept
set policy-options policy-statement from-lan term all from instance LAN
set policy-options policy-statement from-lan term all then accept
set routing-instances LAN instance-type virtual-router
set routing-instances LAN interface ge-0/0/0.0
set routing-instances LAN routing-options instance-import from-isp
set routing-instances ISP instance-type virtual-router
set routing-instances ISP interface ge-0/0/1.0
set routing-instances ISP routing-options instance-import from-lan
set security forwarding-options family inet6 mode flow-based
set security zones security-zone LAN interfaces ge-0/0/0.0
set security zones security-zone ISP interfaces ge-0/0/1.0
set security policies from-zone LAN to-zone ISP policy out match source-address any destination-address any application any
set security policies from-zone LAN to-zone ISP policy out then permit
set security policies from-zone ISP to-zone LAN policy no match source-address any destination-address any application any
set security policies from-zone ISP to-zone LAN policy no then deny
set security nat source rule-set out from zone LAN
set security nat source rule-set out to zone ISP
set security nat source rule-set out rule r match source-address 192.168.1.0/24
set security nat source rule-set out rule r then source-nat interface
set services flow-monitoring version-ipfix events session-init
set services flow-monitoring version-ipfix events session-close
set services flow-monitoring version-ipfix events session-deny
set services flow-monitoring version-ipfix template fast template-refresh-rate seconds 10 packets 3
set services flow-monitoring version-ipfix template fast observation-domain-id 7
set services flow-monitoring version-ipfix flow-server 192.0.2.10 routing-instance ISP
set services flow-monitoring version-ipfix flow-server 192.0.2.10 template fast
set services flow-monitoring version-ipfix flow-server 2001:db8:2::10 routing-instance ISP
set services flow-monitoring version-ipfix flow-server 127.0.0.1 transport tcp
set services flow-monitoring version-ipfix flow-server 127.0.0.1 port 4740
END

# start NAME NAMESPACE COMMAND...: until it has said something
start() {
	name=$1 where=$2
	shift 2
	ip netns exec "$ns-$where" "$@" >"$dir/$name" 2>"$dir/$name.err" &
	pids="$! $pids"
	wait_for "$name" test -s "$dir/$name"
}
start serve o python3 "$here/serve.py" tcp:80 udp:53
start udp o python3 "$here/ipfix.py" udp 192.0.2.10 4739
start tcp v python3 "$here/ipfix.py" tcp 127.0.0.1 4740
mkdir "$dir/nf"
ip netns exec "$ns-o" nfcapd -b 2001:db8:2::10 -p 4739 -w "$dir/nf" -t 3600 \
	>"$dir/nfcapd" 2>&1 &
nfcapd=$!
pids="$nfcapd $pids"
wait_for nfcapd sh -c "ip netns exec $ns-o ss -uln | grep -q '\[2001:db8:2::10\]:4739'"
box_start

# A TCP connection through source NAT, UDP and ping, both families, a refusal.
on h python3 - <<'END' || fail "no traffic"
import socket
for dst in "192.0.2.10", "2001:db8:2::10":
	s = socket.create_connection((dst, 80), 5)
	s.recv(1)
	s.close()
	s = socket.socket(socket.AF_INET6 if ":" in dst else socket.AF_INET,
		socket.SOCK_DGRAM)
	s.settimeout(5)
	s.bind(("", 5353))
	s.sendto(b"x" * 100, (dst, 53))
	assert s.recv(200) == b"x" * 100
END
on h ping -qc 1 -W 5 192.0.2.10 >"$dir/ping" || fail "no ping"
on o timeout 1 python3 -c 'import socket
socket.create_connection(("192.168.1.10", 23))' 2>/dev/null
cli "clear security flow session source-prefix 192.168.1.0/24" >"$dir/clear"
cli "clear security flow session source-prefix 2001:db8:1::/64" >"$dir/clear"

# What the two parsers must have seen; check.py says what is missing.
cat >"$dir/check.py" <<'END'
import json, sys
rows = [json.loads(l) for l in open(sys.argv[1]) if l[0] == "{"]
names = {r["in_vrf"]: r["vrf_name"] for r in rows if "vrf_name" in r}
ifs = {r["in_if"]: r["if_name"] for r in rows if "if_name" in r}
flows = [r for r in rows if "fw_event" in r]
def want(text, **how):
	found = [r for r in flows
		if all(r.get(k) == v for k, v in how.items())]
	if not found:
		sys.exit(f"no {text}: {how}\n" + "\n".join(map(str, flows)))
	return found[0]
lan, isp = [k for k, v in names.items() if v == "LAN"], \
	[k for k, v in names.items() if v == "ISP"]
if len(lan) != 1 or len(isp) != 1:
	sys.exit(f"no names: {names}")
way = {"in_vrf": lan[0], "out_vrf": isp[0], "direction": 1}
nat = {"src": "192.168.1.10", "dst": "192.0.2.10",
	"post_src": "192.0.2.1", "post_dst": "192.0.2.10"}
plain = {"src": "2001:db8:1::10", "dst": "2001:db8:2::10"}
udp = want("UDP", protocol=17, fw_event=2, sport=5353, dport=53, octets=128,
	packets=1, octets_back=128, packets_back=1, end_reason=4,
	nat_event=5, _template=258, **nat, **way)
made = want("UDP, made", protocol=17, fw_event=1, nat_event=4,
	flow=udp["flow"], packets=0, **nat, **way)
assert ifs[udp["in_if"]] == "ge-0/0/0.0" and \
	ifs[udp["out_if"]] == "ge-0/0/1.0", ifs
assert made["post_sport"] == udp["post_sport"], (made, udp)
assert udp["start"] <= made["start"] <= udp["end"] + 1, (made, udp)
want("UDP over IPv6", protocol=17, fw_event=2, sport=5353, octets=148,
	octets_back=148, _template=257, **plain, **way)
tcp = want("TCP", protocol=6, fw_event=2, dport=80, **nat, **way)
assert tcp["packets"] >= 3 and tcp["packets_back"] >= 2, tcp
want("TCP over IPv6", protocol=6, fw_event=2, dport=80, **plain, **way)
want("ping", protocol=1, fw_event=2, dport=2048, octets=84, octets_back=84,
	nat_event=5, **nat, **way)
want("refusal", protocol=6, fw_event=3, dport=23, src="192.0.2.10",
	dst="192.168.1.10", in_vrf=isp[0], flow=0, _template=256)
END
wait_for "records by UDP" python3 "$dir/check.py" "$dir/udp"
wait_for "records by TCP" python3 "$dir/check.py" "$dir/tcp"
grep -q '"_domain": 7' "$dir/udp" || fail "not of domain 7"
grep -q '"_domain": 0' "$dir/tcp" || fail "not of domain 0"
[ ! -s "$dir/udp.err" ] && [ ! -s "$dir/tcp.err" ] || fail "a parser complains"

# The policies have no `log`: nothing is logged [OB-22].
cli "show security log" >"$dir/log.out"
grep -q RT_FLOW "$dir/log.out" && fail "$(cat "$dir/log.out")"

# nfdump
kill "$nfcapd" && wait "$nfcapd" || fail "nfcapd: status $?"
nfdump -R "$dir/nf" -q -o json >"$dir/nf.json" 2>"$dir/nfdump.err" ||
	fail "nfdump: $(cat "$dir/nfdump.err")"
python3 - "$dir/nf.json" <<'END' || fail "nfdump sees something else"
import json, sys
rows = json.loads("[" + open(sys.argv[1]).read().strip("[], \n") + "]")
def want(**how):
	if not any(all(r.get(k) == v for k, v in how.items()) for r in rows):
		sys.exit(f"nfdump has no {how}\n" + json.dumps(rows, indent=1))
want(src4_addr="192.168.1.10", dst4_addr="192.0.2.10", proto=17, src_port=5353,
	dst_port=53, in_packets=1, in_bytes=128, out_packets=1, out_bytes=128,
	src4_xlt_ip="192.0.2.1", dst4_xlt_ip="192.0.2.10")
want(src6_addr="2001:db8:1::10", dst6_addr="2001:db8:2::10", proto=17,
	src_port=5353, in_bytes=148, out_bytes=148)
END
nfdump -R "$dir/nf" -q -o raw >"$dir/nf.raw" 2>/dev/null
grep -q 'ingress VRF *= *[0-9]* LAN$' "$dir/nf.raw" &&
	grep -q 'egress VRF *= *[0-9]* ISP$' "$dir/nf.raw" ||
	fail "nfdump knows no virtual router: $(grep VRF "$dir/nf.raw")"
