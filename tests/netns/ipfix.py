# SPDX-License-Identifier: Apache-2.0
"""ipfix.py udp|tcp ADDRESS PORT: an IPFIX collector after RFC 7011, 5103.

Prints one JSON object for each data record, with `_template`, `_domain`; ends
with status 1 and a sentence at whatever breaks the RFC."""
import ipaddress
import json
import socket
import struct
import sys

U, ADDR, TEXT = "number", "address", "text"
ELEMENTS = {
    1: ("octets", U, 8), 2: ("packets", U, 8), 4: ("protocol", U, 1),
    7: ("sport", U, 2), 8: ("src", ADDR, 4), 10: ("in_if", U, 4),
    11: ("dport", U, 2), 12: ("dst", ADDR, 4), 14: ("out_if", U, 4),
    27: ("src", ADDR, 16), 28: ("dst", ADDR, 16), 41: ("messages", U, 8),
    42: ("records", U, 8), 82: ("if_name", TEXT, 64), 136: ("end_reason", U, 1),
    148: ("flow", U, 8), 149: ("domain", U, 4), 152: ("start", U, 8),
    153: ("end", U, 8), 166: ("not_sent", U, 8), 225: ("post_src", ADDR, 4),
    226: ("post_dst", ADDR, 4), 227: ("post_sport", U, 2),
    228: ("post_dport", U, 2), 230: ("nat_event", U, 1),
    233: ("fw_event", U, 1), 234: ("in_vrf", U, 4), 235: ("out_vrf", U, 4),
    236: ("vrf_name", TEXT, 64), 239: ("direction", U, 1),
    281: ("post_src", ADDR, 16), 282: ("post_dst", ADDR, 16),
}
REVERSE = {1: ("octets_back", U, 8), 2: ("packets_back", U, 8)}


def die(text):
    print("ipfix:", text, file=sys.stderr)
    sys.exit(1)


class Collector:
    def __init__(self):
        self.templates, self.sequence = {}, {}

    def fields(self, b, at, n):
        out = []
        for _ in range(n):
            ie, length = struct.unpack_from(">HH", b, at)
            at += 4
            table = ELEMENTS
            if ie & 0x8000:
                pen, = struct.unpack_from(">I", b, at)
                at += 4
                if pen != 29305:
                    die(f"enterprise {pen}")
                table = REVERSE
            ie &= 0x7fff
            if ie not in table:
                die(f"element {ie} is not known")
            name, kind, size = table[ie]
            if length != size:
                die(f"element {ie} has length {length}, not {size}")
            out.append((name, kind, length))
        return out, at

    def template_set(self, domain, b, options):
        at = 0
        while len(b) - at >= 4:
            ident, n = struct.unpack_from(">HH", b, at)
            at += 4
            if ident < 256 or n == 0:
                die(f"template {ident} with {n} fields")
            if options:
                scope, = struct.unpack_from(">H", b, at)
                at += 2
                if not 0 < scope <= n:
                    die(f"scope {scope} of {n}")
            fields, at = self.fields(b, at, n)
            self.templates[domain, ident] = fields
        if any(b[at:]):
            die("a template set ends with more than padding")

    def value(self, b, at, kind, length):
        raw = b[at:at + length]
        if len(raw) != length:
            die("a record is cut")
        at += length
        if kind is U:
            return int.from_bytes(raw, "big"), at
        if kind is ADDR:
            return str(ipaddress.ip_address(raw)), at
        return raw.rstrip(b"\0").decode(), at

    def data_set(self, domain, ident, b):
        fields = self.templates.get((domain, ident))
        if fields is None:
            die(f"data before template {ident}")
        least = sum(f[2] for f in fields)
        at = n = 0
        while len(b) - at >= least:
            record = {"_template": ident, "_domain": domain}
            for name, kind, length in fields:
                record[name], at = self.value(b, at, kind, length)
            print(json.dumps(record), flush=True)
            n += 1
        if any(b[at:]):
            die("a data set ends with more than padding")
        return n

    def message(self, b):
        version, length, _, sequence, domain = struct.unpack_from(">HHIII", b)
        if version != 10 or length != len(b):
            die(f"version {version}, length {length} of {len(b)}")
        if sequence != self.sequence.get(domain, 0):
            die(f"sequence {sequence}, not {self.sequence.get(domain, 0)}")
        at = 16
        while at < len(b):
            ident, size = struct.unpack_from(">HH", b, at)
            if size < 4 or at + size > len(b):
                die(f"set {ident} of {size} bytes")
            body = b[at + 4:at + size]
            if ident in (2, 3):
                self.template_set(domain, body, ident == 3)
            elif ident >= 256:
                sequence += self.data_set(domain, ident, body)
            else:
                die(f"set {ident}")
            at += size
        self.sequence[domain] = sequence & 0xffffffff


def udp(sock, collector):
    while True:
        collector.message(sock.recv(65536))


def tcp(sock, collector):
    sock.listen()
    print("listening", flush=True)
    conn, _ = sock.accept()
    conn = conn.makefile("rb")
    while True:
        head = conn.read(4)
        if not head:
            return
        collector.message(
            head + conn.read(struct.unpack(">HH", head)[1] - 4))


def main():
    kind, address, port = sys.argv[1:]
    sock = socket.socket(
        socket.AF_INET6 if ":" in address else socket.AF_INET,
        socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, int(port)))
    if kind == "udp":
        print("listening", flush=True)
        udp(sock, Collector())
    else:
        tcp(sock, Collector())


main()
