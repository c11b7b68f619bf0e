# SPDX-License-Identifier: Apache-2.0
"""forge.py ADDRESS PORT: does a connection survive what others throw in?

Opens a connection, then sends segments with its addresses and ports but far
from its sequence numbers, and talks on. Prints what became of it.
"""
import socket
import struct
import sys

addr, port = sys.argv[1], int(sys.argv[2])
conn = socket.create_connection((addr, port), timeout=5)
conn.sendall(b"GET /one HTTP/1.1\r\nHost: b\r\n\r\n")
conn.recv(4096)
me, sport = conn.getsockname()
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def segment(flags, seq):
    """A bare TCP header with a right checksum."""
    def head(csum):
        return struct.pack(">HHIIBBHHH", sport, port, seq, 0, 0x50, flags,
                           1000, csum, 0)
    pseudo = (socket.inet_aton(me) + socket.inet_aton(addr) +
              struct.pack(">BBH", 0, 6, 20))
    return head(checksum(pseudo + head(0)))


# One of 16 numbers, evenly spread: at most one is near the right one.
for i in range(16):
    raw.sendto(segment(0x04, i << 28), (addr, 0))
    raw.sendto(segment(0x10, i << 28), (addr, 0))
try:
    conn.sendall(b"GET /two HTTP/1.1\r\nHost: b\r\n\r\n")
    print("survived" if conn.recv(4096) else "closed")
except OSError as e:
    print(e)
