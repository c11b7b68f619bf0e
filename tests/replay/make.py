#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes talk.pcapng and plain.pcap: the captures of these tests.

talk.pcapng: two interfaces of a box. A client pings and is answered, opens a
TCP connection (the box's own copies of what it sent are marked as outgoing),
telnet is tried, a stray segment comes two minutes later, a fragmented datagram
arrives in the wrong order. plain.pcap: the client's side without names.
"""
import struct
import sys

CLIENT, SERVER = bytes([192, 168, 1, 2]), bytes([192, 0, 2, 1])
MAC = bytes([2, 1, 0, 0, 0, 0]) + bytes([2, 0, 0, 0, 1, 1])
T0 = 1700000000 * 10**9


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def ip(src, dst, proto, payload, ident=1, frag=0):
    h = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident, frag,
                    64, proto, 0, src, dst)
    return MAC + b"\x08\x00" + h[:10] + struct.pack("!H", checksum(h)) + \
        h[12:] + payload


def pseudo(src, dst, proto, segment):
    return src + dst + struct.pack("!BBH", 0, proto, len(segment))


def tcp(src, dst, sport, dport, flags, seq=1000, ack=0):
    s = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 65535,
                    0, 0)
    c = checksum(pseudo(src, dst, 6, s) + s)
    return ip(src, dst, 6, s[:16] + struct.pack("!H", c) + s[18:])


def icmp(src, dst, kind, ident, seq):
    m = struct.pack("!BBHHH", kind, 0, 0, ident, seq) + bytes(56)
    return ip(src, dst, 1, m[:2] + struct.pack("!H", checksum(m)) + m[4:])


def udp_fragments(src, dst, sport, dport):
    data = bytes(range(256)) * 8
    s = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    c = checksum(pseudo(src, dst, 17, s) + s)
    s = s[:6] + struct.pack("!H", c) + s[8:]
    first, later = s[:1400], s[1400:]
    return (ip(src, dst, 17, later, 7, 1400 // 8),
            ip(src, dst, 17, first, 7, 0x2000))


LAN, ISP, IN, OUT = 0, 1, 1, 2
LATER, FIRST = udp_fragments(CLIENT, SERVER, 5000, 5001)
TALK = [  # ms, interface, direction, frame
    (0, LAN, IN, icmp(CLIENT, SERVER, 8, 1, 1)),
    (1, ISP, OUT, icmp(CLIENT, SERVER, 8, 1, 1)),
    (5, ISP, IN, icmp(SERVER, CLIENT, 0, 1, 1)),
    (100, LAN, IN, tcp(CLIENT, SERVER, 1025, 80, 0x02)),
    (110, ISP, IN, tcp(SERVER, CLIENT, 80, 1025, 0x12, 5000, 1001)),
    (120, LAN, IN, tcp(CLIENT, SERVER, 1025, 80, 0x10, 1001, 5001)),
    (200, LAN, IN, tcp(CLIENT, SERVER, 1026, 23, 0x02)),
    (300, LAN, IN, LATER),
    (301, LAN, IN, FIRST),
    (130000, LAN, IN, tcp(CLIENT, SERVER, 1027, 80, 0x10, 9000, 9000)),
]


def pad(b):
    return b + bytes(-len(b) % 4)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + pad(value)


def block(kind, body):
    n = 12 + len(body)
    return struct.pack("<II", kind, n) + body + struct.pack("<I", n)


def pcapng():
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for name in (b"ge-0/0/0", b"ge-0-0-1"):
        out += block(1, struct.pack("<HHI", 1, 0, 0) + option(2, name) +
                     option(9, b"\x09") + option(0, b""))
    for ms, interface, direction, frame in TALK:
        t = T0 + ms * 10**6
        out += block(6, struct.pack("<IIIII", interface, t >> 32,
                                    t & 0xFFFFFFFF, len(frame), len(frame)) +
                     pad(frame) + option(2, struct.pack("<I", direction)) +
                     option(0, b""))
    return out


def pcap():
    out = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for ms, interface, _, frame in TALK:
        if interface == LAN:
            out += struct.pack("<IIII", T0 // 10**9 + ms // 1000,
                               ms % 1000 * 1000, len(frame), len(frame)) + frame
    return out


for name, data in (("talk.pcapng", pcapng()), ("plain.pcap", pcap())):
    with open(sys.argv[1] + "/" + name, "wb") as f:
        f.write(data)
