#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vectors.h: frames that scapy made, and what must be found in them.

Run by hand (needs python3-scapy) after adding a case; the result is checked in,
so that the tests need no scapy.
"""
from scapy.all import *

S4, D4, N4 = "192.0.2.10", "198.51.100.20", "203.0.113.30"
S6, D6, N6 = "2001:db8:1::10", "2001:db8:2::20", "2001:db8:3::30"
E = Ether(dst="02:00:00:00:00:01", src="02:00:00:00:00:02")
out = []


def text(b):
    h = "".join("\\x%02x" % x for x in b)
    lines = [h[i:i + 64] for i in range(0, len(h), 64)] or [""]
    return "\n\t\t".join('"%s"' % x for x in lines)


def raw(p):
    return p if isinstance(p, bytes) else bytes(p)


# --- parse: name, frame, key and so on; or a reason -------------------------
def ok(name, p, proto, sport, dport, more="", src=None, dst=None):
    b = raw(p)
    v6 = b[12:14] == b"\x86\xdd" or b[16:18] == b"\x86\xdd"
    src = src or (S6 if v6 else S4)
    dst = dst or (D6 if v6 else D4)
    out.append('\t{.name = "%s", .len = %d, .bytes = %s,\n\t\t.protocol = %d, '
               '.src = "%s", .dst = "%s", .sport = %d, .dport = %d%s},'
               % (name, len(b), text(b), proto, src, dst, sport, dport,
                  ", " + more if more else ""))


def bad(name, p, reason):
    b = raw(p)
    out.append('\t{.name = "%s", .len = %d, .bytes = %s,\n\t\t.reason = '
               'REASON_%s},' % (name, len(b), text(b), reason))


def patch(p, off, *vals):
    b = bytearray(raw(p))
    for i, v in enumerate(vals):
        b[off + i] = v
    return bytes(b)


def ip4(**kw):
    kw.setdefault("src", S4)
    kw.setdefault("dst", D4)
    return E / IP(**kw)


def ip6(**kw):
    kw.setdefault("src", S6)
    kw.setdefault("dst", D6)
    return E / IPv6(**kw)


def fix4(b):
    """Recompute the IPv4 header checksum of a patched frame."""
    b = bytearray(b)
    b[24:26] = b"\0\0"
    n = (b[14] & 15) * 4
    c = checksum(bytes(b[14:14 + n]))
    b[24:26] = c.to_bytes(2, "big")
    return bytes(b)


PAY = b"abcdefghijklmnopqrstuvwxyz"
udp4 = ip4(ttl=63) / UDP(sport=1000, dport=53) / PAY
tcp4 = ip4(flags="DF") / TCP(sport=1024, dport=80, flags="S",
                             options=[("MSS", 1460), ("WScale", 7)])
ok("udp4", udp4, 17, 1000, 53, ".ttl = 63, .payload = 26")
ok("tcp4 syn", tcp4, 6, 1024, 80, ".ttl = 64, .tcp_flags = 2, .df = true")
ok("tcp4 data", ip4() / TCP(sport=1, dport=65535, flags="PA") / PAY, 6, 1,
   65535, ".tcp_flags = 0x18, .payload = 26")
ok("udp4 empty", ip4() / UDP(sport=9, dport=9), 17, 9, 9)
ok("udp4 padding", bytes(ip4() / UDP(sport=9, dport=9)) + b"\0" * 18, 17, 9, 9,
   ".trimmed = 18")
ok("udp4 tag", E / Dot1Q(vlan=100, prio=5) / IP(src=S4, dst=D4) /
   UDP(sport=5, dport=6) / PAY, 17, 5, 6, ".vlan = 100, .payload = 26")
ok("udp4 options", ip4(options=[IPOption_Router_Alert()]) /
   UDP(sport=7, dport=8) / PAY, 17, 7, 8, ".options = true, .payload = 26")
ok("echo4", ip4() / ICMP(type=8, id=0x1234, seq=5) / PAY, 1, 0x1234, 5,
   ".icmp_class = ICMP_CLASS_REQUEST, .payload = 26")
ok("echo reply4", ip4() / ICMP(type=0, id=0x1234, seq=5) / PAY, 1, 5, 0x1234,
   ".icmp_class = ICMP_CLASS_REPLY, .payload = 26")
ok("timestamp4", ip4() / ICMP(type=13, id=3, seq=4) / (b"\0" * 12), 1, 3, 4,
   ".icmp_class = ICMP_CLASS_REQUEST, .payload = 24")
ok("unreachable4", ip4() / ICMP(type=3, code=1) / IP(src=D4, dst=S4) /
   UDP(sport=1, dport=2), 1, 3, 1,
   ".icmp_class = ICMP_CLASS_ERROR, .payload = 28")
ok("router advert4", ip4() / ICMP(type=9), 1, 9, 0,
   ".icmp_class = ICMP_CLASS_OTHER")
ok("esp4", ip4(proto=50) / (b"\x12\x34\x56\x78" + b"\0" * 20), 50, 0x1234,
   0x5678)
ok("ah4", ip4(proto=51) / (b"\x06\x04\0\0\x12\x34\x56\x78" + b"\0" * 16), 51,
   0x1234, 0x5678)
ok("gre4", ip4() / GRE(proto=0x0800) / IP() / UDP(), 47, 1, 1)
ok("gre4 key", ip4() / GRE(key_present=1, key=0x00010002, proto=0x0800) / IP(),
   47, 3, 3)
ok("gre4 csum key", ip4() / GRE(chksum_present=1, key_present=1,
   key=0x00f00000, proto=0x0800) / IP(), 47, 0xf0, 0xf0)
ok("sctp4", ip4() / SCTP(sport=38412, dport=2905) / SCTPChunkInit(), 132,
   38412, 2905)
ok("ospf4", ip4(proto=89, dst="224.0.0.5") / (b"\2\1" + b"\0" * 22), 89, 1, 1,
   dst="224.0.0.5")
ok("icmp6 in ipv4", ip4(proto=58) / (b"\x80" + b"\0" * 7), 58, 1, 1)
ok("dhcp discover", ip4(src="0.0.0.0", dst="255.255.255.255") /
   UDP(sport=68, dport=67) / BOOTP(), 17, 68, 67, ".payload = 236",
   src="0.0.0.0", dst="255.255.255.255")
f1 = ip4(flags="MF", id=77) / UDP(sport=1000, dport=53, len=100) / (b"x" * 40)
ok("udp4 first fragment", f1, 17, 1000, 53,
   ".frag_first = true, .frag_id = 77, .payload = 40")
ok("udp4 later fragment", ip4(flags=0, frag=6, id=77, proto=17) / (b"x" * 52),
   17, 0, 0, ".frag_later = true, .frag_off = 48, .frag_id = 77")

udp6 = ip6(hlim=9) / UDP(sport=1000, dport=53) / PAY
ok("udp6", udp6, 17, 1000, 53, ".ttl = 9, .payload = 26, .df = true")
ok("tcp6", ip6() / TCP(sport=1024, dport=443, flags="A") / PAY, 6, 1024, 443,
   ".tcp_flags = 16, .payload = 26, .df = true")
ok("udp6 tag", E / Dot1Q(vlan=4094) / IPv6(src=S6, dst=D6) /
   UDP(sport=5, dport=6) / PAY, 17, 5, 6,
   ".vlan = 4094, .payload = 26, .df = true")
ok("echo6", ip6() / ICMPv6EchoRequest(id=9, seq=8, data=PAY), 58, 9, 8,
   ".icmp_class = ICMP_CLASS_REQUEST, .payload = 26, .df = true")
ok("echo reply6", ip6() / ICMPv6EchoReply(id=9, seq=8, data=PAY), 58, 8, 9,
   ".icmp_class = ICMP_CLASS_REPLY, .payload = 26, .df = true")
ok("too big6", ip6() / ICMPv6PacketTooBig(mtu=1280) / IPv6(src=D6, dst=S6) /
   UDP(sport=1, dport=2), 58, 2, 0,
   ".icmp_class = ICMP_CLASS_ERROR, .payload = 48, .df = true")
ok("hop-by-hop, destination, tcp6", ip6() /
   IPv6ExtHdrHopByHop(options=RouterAlert()) / IPv6ExtHdrDestOpt() /
   TCP(sport=3, dport=4, flags="S"), 6, 3, 4,
   ".options = true, .tcp_flags = 2, .df = true, .l4_proto_off = 48")
ok("routing type 2", ip6() / IPv6ExtHdrRouting(type=2, addresses=["2001:db8::9"])
   / UDP(sport=3, dport=4), 17, 3, 4,
   ".options = true, .df = true, .l4_proto_off = 40")
ok("ah6, udp", ip6(nh=51) / (b"\x11\x04\0\0\x12\x34\x56\x78" + b"\0" * 16) /
   bytes(UDP(sport=3, dport=4, len=8)), 17, 3, 4,
   ".options = true, .df = true, .l4_proto_off = 40")
ok("first fragment6", ip6() / IPv6ExtHdrFragment(id=0xdeadbeef, offset=0, m=1) /
   UDP(sport=3, dport=4, len=500) / (b"y" * 40), 17, 3, 4,
   ".options = true, .frag_first = true, .frag_id = 0xdeadbeef, "
   ".payload = 40, .df = true, .l4_proto_off = 40")
ok("later fragment6", ip6() / IPv6ExtHdrFragment(id=0xdeadbeef, offset=6, m=0,
   nh=17) / (b"y" * 41), 17, 0, 0, ".options = true, .frag_later = true, "
   ".frag_id = 0xdeadbeef, .frag_off = 48, .df = true, .l4_proto_off = 40")
ok("atomic fragment6", ip6() / IPv6ExtHdrFragment(id=1, offset=0, m=0) /
   UDP(sport=3, dport=4), 17, 3, 4,
   ".options = true, .frag_id = 1, .df = true, .l4_proto_off = 40")
ok("dad", E / IPv6(src="::", dst="ff02::1:ff00:1") / ICMPv6ND_NS(tgt="fe80::1"),
   58, 135, 0, ".icmp_class = ICMP_CLASS_ND, .payload = 16, .df = true",
   src="::", dst="ff02::1:ff00:1")
ok("no next header", ip6(nh=59), 59, 1, 1, ".df = true")

# --- drops ------------------------------------------------------------------
bad("ethernet cut", bytes(udp4)[:13], "TRUNCATED")
bad("lldp", Ether(dst=E.dst, src=E.src, type=0x88cc) / (b"\0" * 50), "NOT_IP")
bad("two tags", E / Dot1Q(vlan=1) / Dot1Q(vlan=2) / IP() / UDP(), "NOT_IP")
bad("tag cut", bytes(E / Dot1Q(vlan=1) / IP())[:17], "TRUNCATED")
bad("ip4 header cut", bytes(udp4)[:33], "TRUNCATED")
bad("ip4 longer than frame", bytes(udp4)[:-1], "TRUNCATED")
bad("ip4 version 5", patch(udp4, 14, 0x55), "BAD_IP_HEADER")
bad("ip4 ihl 4", patch(udp4, 14, 0x44), "BAD_IP_HEADER")
bad("ip4 total length 19", patch(udp4, 16, 0, 19), "BAD_IP_HEADER")
bad("ip4 options beyond length", fix4(patch(ip4() / UDP(), 14, 0x4f)),
    "BAD_IP_HEADER")
bad("ip4 checksum", patch(udp4, 22, 1), "BAD_IP_CHECKSUM")
bad("ip4 options checksum", patch(ip4(options=[IPOption_Router_Alert()]) /
    UDP(), 22, 1), "BAD_IP_CHECKSUM")
for name, src in (("0.0.0.0", "0.0.0.0"), ("multicast", "224.0.0.1"),
                  ("broadcast", "255.255.255.255"), ("loopback", "127.0.0.1"),
                  ("class e", "240.0.0.1")):
    bad("from " + name, ip4(src=src) / UDP(), "BAD_ADDRESS")
bad("to loopback", ip4(dst="127.0.0.1") / UDP(), "BAD_ADDRESS")
bad("to 0.0.0.0", ip4(dst="0.0.0.0") / UDP(), "BAD_ADDRESS")
bad("tcp cut", ip4(proto=6) / (b"\0" * 19), "BAD_L4_HEADER")
bad("tcp data offset 4", ip4() / TCP(dataofs=4), "BAD_L4_HEADER")
bad("tcp data offset beyond", ip4() / TCP(dataofs=6), "BAD_L4_HEADER")
bad("udp cut", ip4(proto=17) / (b"\0" * 7), "BAD_L4_HEADER")
bad("udp length 7", ip4() / UDP(len=7), "BAD_L4_HEADER")
bad("udp length beyond", ip4() / UDP(len=9), "BAD_L4_HEADER")
bad("icmp cut", ip4(proto=1) / (b"\x08" + b"\0" * 6), "BAD_L4_HEADER")
bad("sctp cut", ip4(proto=132) / (b"\0" * 11), "BAD_L4_HEADER")
bad("esp cut", ip4(proto=50) / (b"\0" * 7), "BAD_L4_HEADER")
bad("gre cut", ip4(proto=47) / (b"\0" * 3), "BAD_L4_HEADER")
bad("tiny tcp fragment", ip4(flags="MF", proto=6) / (b"\0" * 8),
    "BAD_FRAGMENT")
bad("tcp fragment at 8", ip4(frag=1, proto=6) / (b"\0" * 16), "BAD_FRAGMENT")
bad("tcp fragment at 16", ip4(frag=2, proto=6) / (b"\0" * 16), "BAD_FRAGMENT")
bad("ping of death", ip4(frag=8189, proto=1) / (b"\0" * 20), "BAD_FRAGMENT")
bad("fragment not times 8", ip4(flags="MF", frag=8, proto=17) / (b"\0" * 20),
    "BAD_FRAGMENT")
bad("empty fragment", ip4(flags=0, frag=8, proto=17), "BAD_FRAGMENT")
bad("ip6 cut", bytes(udp6)[:53], "TRUNCATED")
bad("ip6 longer than frame", bytes(udp6)[:-1], "TRUNCATED")
bad("ip6 version", patch(udp6, 14, 0x40), "BAD_IP_HEADER")
for name, src in (("multicast", "ff02::1"), ("loopback", "::1"),
                  ("unspecified", "::"), ("mapped", "::ffff:192.0.2.1")):
    bad("from6 " + name, ip6(src=src) / UDP(), "BAD_ADDRESS")
bad("from6 unspecified echo", ip6(src="::") / ICMPv6EchoRequest(),
    "BAD_ADDRESS")
bad("to6 loopback", ip6(dst="::1") / UDP(), "BAD_ADDRESS")
bad("to6 unspecified", ip6(dst="::") / UDP(), "BAD_ADDRESS")
bad("nine extension headers", ip6(nh=60) / (b"\x3c\0\0\0\0\0\0\0" * 8 +
    b"\x11\0\0\0\0\0\0\0" + b"\0\0\0\0\0\x08\0\0"),
    "BAD_EXTENSION_HEADER")
ok("eight extension headers", ip6(nh=60) / (b"\x3c\0\0\0\0\0\0\0" * 7 +
   b"\x11\0\0\0\0\0\0\0" + b"\0\1\0\2\0\x08\0\0"), 17, 1, 2,
   ".options = true, .df = true, .l4_proto_off = 96")
bad("extension beyond", ip6(nh=60) / (b"\x11\x05" + b"\0" * 14),
    "BAD_EXTENSION_HEADER")
bad("extension cut", ip6(nh=60) / (b"\x11\0\0\0"), "BAD_EXTENSION_HEADER")
bad("late hop-by-hop", ip6(nh=60) / (b"\0\0" + b"\0" * 6 + b"\x11" + b"\0" * 15),
    "BAD_EXTENSION_HEADER")
bad("routing type 0", ip6() / IPv6ExtHdrRouting(type=0, addresses=[D6]) / UDP(),
    "BAD_EXTENSION_HEADER")
bad("two fragment headers", ip6() / IPv6ExtHdrFragment() /
    IPv6ExtHdrFragment() / UDP(), "BAD_EXTENSION_HEADER")
bad("fragmented nd", ip6() / IPv6ExtHdrFragment(m=1) /
    ICMPv6ND_NS(tgt="fe80::1"), "BAD_FRAGMENT")
bad("first fragment6 without udp", ip6() / IPv6ExtHdrFragment(m=1, nh=60) /
    (b"\x11\0\0\0\0\0\0\0"), "BAD_FRAGMENT")
bad("ping of death6", ip6() / IPv6ExtHdrFragment(offset=8191, nh=58) /
    (b"\0" * 16), "BAD_FRAGMENT")
parse = out

# --- NAT: before, after ------------------------------------------------------
out = []


def nat(name, before, after, sport, dport, src, dst):
    out.append('\t{.name = "%s", .len = %d, .before = %s,\n\t\t.after = %s,'
               '\n\t\t.src = "%s", .dst = "%s", .sport = %d, .dport = %d},'
               % (name, len(before), text(bytes(before)), text(bytes(after)),
                  src, dst, sport, dport))


for n in (0, 1, 26, 101):
    d = bytes(range(n))
    nat("udp4 %d" % n, ip4() / UDP(sport=1000, dport=53) / d,
        ip4(src=N4) / UDP(sport=40000, dport=53) / d, 40000, 53, N4, D4)
    nat("tcp4 %d" % n, ip4() / TCP(sport=1000, dport=53) / d,
        ip4(dst=N4) / TCP(sport=1000, dport=8080) / d, 1000, 8080, S4, N4)
    nat("udp6 %d" % n, ip6() / UDP(sport=1000, dport=53) / d,
        ip6(src=N6) / UDP(sport=40000, dport=53) / d, 40000, 53, N6, D6)
    nat("tcp6 %d" % n, ip6() / TCP(sport=1000, dport=53) / d,
        ip6(src=D6, dst=N6) / TCP(sport=1, dport=2) / d, 1, 2, D6, N6)
    nat("echo4 %d" % n, ip4() / ICMP(id=7, seq=8) / d,
        ip4(src=N4) / ICMP(id=999, seq=8) / d, 999, 8, N4, D4)
    nat("reply4 %d" % n, ip4() / ICMP(type=0, id=7, seq=8) / d,
        ip4(dst=N4) / ICMP(type=0, id=999, seq=8) / d, 8, 999, S4, N4)
    nat("echo6 %d" % n, ip6() / ICMPv6EchoRequest(id=7, seq=8, data=d),
        ip6(src=N6) / ICMPv6EchoRequest(id=999, seq=8, data=d), 999, 8, N6, D6)
    nat("reply6 %d" % n, ip6() / ICMPv6EchoReply(id=7, seq=8, data=d),
        ip6(dst=N6) / ICMPv6EchoReply(id=999, seq=8, data=d), 8, 999, S6, N6)
    nat("sctp4 %d" % n, ip4() / SCTP(sport=5, dport=6) / SCTPChunkData(data=d),
        ip4(src=N4) / SCTP(sport=7, dport=6) / SCTPChunkData(data=d), 7, 6,
        N4, D4)
nat("udp4 no checksum", ip4() / UDP(sport=1, dport=2, chksum=0) / PAY,
    ip4(src=N4) / UDP(sport=3, dport=2, chksum=0) / PAY, 3, 2, N4, D4)
nat("too big6", ip6() / ICMPv6PacketTooBig() / IPv6(src=D6, dst=S6) / UDP(),
    ip6(src=N6) / ICMPv6PacketTooBig() / IPv6(src=D6, dst=S6) / UDP(),
    2, 0, N6, D6)
nat("udp4 options", ip4(options=[IPOption_Router_Alert()]) /
    UDP(sport=1, dport=2) / PAY, ip4(src=N4, options=[IPOption_Router_Alert()])
    / UDP(sport=3, dport=2) / PAY, 3, 2, N4, D4)
nat("gre4", ip4() / GRE() / PAY, ip4(src=N4) / GRE() / PAY, 1, 1, N4, D4)
# The one UDP payload whose checksum becomes 0, sent as all ones.
for x in range(65536):
    q = ip4(src=N4) / UDP(sport=3, dport=2) / x.to_bytes(2, "big")
    if bytes(q)[40:42] == b"\xff\xff":
        nat("udp4 checksum 0", ip4() / UDP(sport=1, dport=2) /
            x.to_bytes(2, "big"), q, 3, 2, N4, D4)
        break
nats = out

# --- quoted packets in errors --------------------------------------------------
out = []
for name, before, after, args in (
        ("udp4", ip4() / ICMP(type=3, code=3) / IP(src=N4, dst=S4) /
         UDP(sport=40000, dport=53) / PAY,
         ip4() / ICMP(type=3, code=3) / IP(src=D4, dst=S4) /
         UDP(sport=1000, dport=53) / PAY, (1000, 53, D4, S4)),
        ("echo4", ip4() / ICMP(type=11) / IP(src=N4, dst=S4) /
         ICMP(id=5, seq=6), ip4() / ICMP(type=11) / IP(src=D4, dst=S4) /
         ICMP(id=9, seq=6), (9, 6, D4, S4)),
        ("tcp6", ip6() / ICMPv6PacketTooBig() / IPv6(src=N6, dst=S6) /
         TCP(sport=5, dport=6) / PAY, ip6() / ICMPv6PacketTooBig() /
         IPv6(src=D6, dst=S6) / TCP(sport=7, dport=6) / PAY, (7, 6, D6, S6)),
        ("echo6", ip6() / ICMPv6TimeExceeded() / IPv6(src=N6, dst=S6) /
         ICMPv6EchoRequest(id=5, seq=6, data=PAY), ip6() /
         ICMPv6TimeExceeded() / IPv6(src=D6, dst=S6) /
         ICMPv6EchoRequest(id=7, seq=6, data=PAY), (7, 6, D6, S6))):
    nat(name, before, after, *args)
quoted = out

with open("vectors.h", "w") as f:
    f.write("/* SPDX-License-Identifier: Apache-2.0 */\n"
            "/* Written by make_vectors.py; do not edit. */\n"
            "/* clang-format off */\n\n")
    for name, rows in (("parse_vector parse", parse), ("nat_vector nat", nats),
                       ("nat_vector quoted", quoted)):
        f.write("static const struct %s_vectors[] = {\n%s\n};\n\n"
                % (name, "\n".join(rows)))
    f.write("/* clang-format on */\n")
