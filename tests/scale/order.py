#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Numbered UDP packets: does any overtake another of its flow, is any lost?

order.py receive ADDR FLOWS         until nothing comes for 2 s; JSON at the end
order.py send ADDR FLOWS COUNT PPS  COUNT packets of each flow

A flow is one source port. Packets lost are those missing up to the highest
number seen, and what is missing of the flow at its end.
"""
import json
import select
import socket
import struct
import sys
import time

PORT = 7100


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def receive(addr):
    s = socket.socket(family(addr), socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    s.bind((addr, PORT))
    print("listening", flush=True)
    next_of, seen, late = {}, 0, 0
    while select.select([s], [], [], 2 if seen else 20)[0]:
        data, peer = s.recvfrom(2048)
        number = struct.unpack("!I", data[:4])[0]
        late += number < next_of.get(peer[1], 0)
        next_of[peer[1]] = max(next_of.get(peer[1], 0), number + 1)
        seen += 1
    print(json.dumps({"flows": len(next_of), "received": seen, "late": late}))


def send(addr, flows, count, pps):
    socks = []
    for _ in range(flows):
        s = socket.socket(family(addr), socket.SOCK_DGRAM)
        s.connect((addr, PORT))
        socks.append(s)
    begin = time.monotonic()
    for number in range(count):
        for s in socks:
            try:
                s.send(struct.pack("!I", number) + bytes(60))
            except OSError:
                pass # counted as lost
        ahead = begin + (number + 1) * flows / pps - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)


if sys.argv[1] == "receive":
    receive(sys.argv[2])
else:
    send(sys.argv[2], *map(int, sys.argv[3:6]))
