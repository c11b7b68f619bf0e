#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""dns.py FILE: a name server whose zone is FILE, read anew for each question.

Lines are `name A|AAAA ttl address`; a name without such a line has no address.
"""
import socket
import struct
import sys

TYPES = {1: "A", 28: "AAAA"}


def name_of(data, at):
    labels = []
    while data[at]:
        n = data[at]
        labels.append(data[at + 1:at + 1 + n].decode())
        at += 1 + n
    return ".".join(labels), at + 1


def records(path, name, kind):
    with open(path, encoding="ascii") as zone:
        rows = [line.split() for line in zone if line.strip()]
    return [(int(r[2]), r[3]) for r in rows if r[0] == name and r[1] == kind]


def answer(path, query):
    name, at = name_of(query, 12)
    kind = TYPES.get(struct.unpack(">H", query[at:at + 2])[0], "?")
    found = records(path, name, kind)
    reply = query[:2] + struct.pack(">5H", 0x8580, 1, len(found), 0, 0)
    reply += query[12:at + 4]
    for ttl, address in found:
        family = socket.AF_INET if kind == "A" else socket.AF_INET6
        data = socket.inet_pton(family, address)
        reply += struct.pack(">3HIH", 0xC00C, 1 if kind == "A" else 28, 1, ttl,
                             len(data)) + data
    print(name, kind, *[a for _, a in found], flush=True)
    return reply


def main():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("192.0.2.1", 53))
    print("ready", flush=True)
    while True:
        query, client = sock.recvfrom(4096)
        sock.sendto(answer(sys.argv[1], query), client)


main()
