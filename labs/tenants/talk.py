# SPDX-License-Identifier: Apache-2.0
"""talk.py serve ADDRESS PORT: echo TCP and UDP.
talk.py ask TENANTS SOURCE SPORT SERVER PORT: all tenants at once, each on its
own interface ethN, with the same source address and port, ask by ping,
UDP and TCP, with their number in the question. Prints for each protocol how
many were answered, and how many answers had the number of who asked.
"""
import selectors
import socket
import struct
import sys
import time


def serve(addr, port):
    watch = selectors.DefaultSelector()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((addr, port))
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    tcp.bind((addr, port))
    tcp.listen(256)
    for sock, kind in ((udp, "udp"), (tcp, "accept")):
        watch.register(sock, selectors.EVENT_READ, kind)
    print("serving", flush=True)
    while True:
        for key, _ in watch.select():
            if key.data == "udp":
                data, peer = key.fileobj.recvfrom(2048)
                key.fileobj.sendto(data, peer)
            elif key.data == "accept":
                watch.register(
                    key.fileobj.accept()[0], selectors.EVENT_READ, "tcp")
            else:
                try:
                    data = key.fileobj.recv(2048)
                except OSError:
                    data = b""
                if data:
                    key.fileobj.sendall(data)
                else:
                    watch.unregister(key.fileobj)
                    key.fileobj.close()


def tag(n):
    return b"tenant %u" % n


def checksum(data):
    total = sum(struct.unpack("!%uH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def echo_request(ident, seq, data):
    data += b" " * (len(data) % 2)
    head = struct.pack("!BBHHH", 8, 0, 0, ident, seq)
    return struct.pack(
        "!BBHHH", 8, 0, checksum(head + data), ident, seq) + data


def sockets(kind, proto, tenants, source, port):
    out = {}
    for n in range(1, tenants + 1):
        s = socket.socket(socket.AF_INET, kind, proto)
        s.setsockopt(
            socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth%u" % n)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((source, port))
        s.setblocking(False)
        out[s] = n
    return out


def collect(socks, answer, seconds=3.0):
    """answer(sock): what came, or None for something else."""
    watch = selectors.DefaultSelector()
    got = {}
    for s in socks:
        watch.register(s, selectors.EVENT_READ)
    end = time.monotonic() + seconds
    while len(got) < len(socks) and time.monotonic() < end:
        for key, _ in watch.select(0.1):
            try:
                data = answer(key.fileobj)
            except OSError:
                watch.unregister(key.fileobj)
                continue
            if data is not None:
                got[key.fileobj] = data
                watch.unregister(key.fileobj)
    return got


def report(name, socks, got):
    right = sum(data.rstrip() == tag(socks[s]) for s, data in got.items())
    print("%s: %u asked, %u answered, %u with their own number"
          % (name, len(socks), len(got), right), flush=True)
    for s in socks:
        s.close()


def ask_icmp(tenants, source, ident, server):
    socks = sockets(
        socket.SOCK_RAW, socket.IPPROTO_ICMP, tenants, source, 0)

    def answer(s):
        packet = s.recv(2048)
        icmp = packet[(packet[0] & 15) * 4:]
        kind, _, _, i, _ = struct.unpack("!BBHHH", icmp[:8])
        return icmp[8:] if kind == 0 and i == ident else None

    for s, n in socks.items():
        s.sendto(echo_request(ident, 1, tag(n)), (server, 0))
    report("ping", socks, collect(socks, answer))


def ask_udp(tenants, source, sport, server, port):
    socks = sockets(socket.SOCK_DGRAM, 0, tenants, source, sport)
    for s, n in socks.items():
        s.sendto(tag(n), (server, port))
    report("udp", socks, collect(socks, lambda s: s.recv(2048)))


def ask_tcp(tenants, source, sport, server, port):
    socks = sockets(socket.SOCK_STREAM, 0, tenants, source, sport)
    watch = selectors.DefaultSelector()
    for s in socks:
        s.connect_ex((server, port))
        watch.register(s, selectors.EVENT_WRITE)
    left, end = len(socks), time.monotonic() + 3
    while left and time.monotonic() < end:
        for key, _ in watch.select(0.1):
            watch.unregister(key.fileobj)
            left -= 1
            try:
                key.fileobj.send(tag(socks[key.fileobj]))
            except OSError:
                pass
    report("tcp", socks, collect(socks, lambda s: s.recv(2048) or None))


if sys.argv[1] == "serve":
    serve(sys.argv[2], int(sys.argv[3]))
else:
    count, src, src_port, dst, dst_port = sys.argv[2:]
    ask_icmp(int(count), src, int(src_port), dst)
    ask_udp(int(count), src, int(src_port), dst, int(dst_port))
    ask_tcp(int(count), src, int(src_port), dst, int(dst_port))
