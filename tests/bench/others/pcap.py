# SPDX-License-Identifier: Apache-2.0
"""The flows of vrflow-bench as capture files, for programs that read them in
a loop (DPDK's net_pcap with infinite_rx)."""
import random
import socket
import struct


def checksum(data):
    s = sum(struct.unpack(f">{len(data) // 2}H", data))
    s = (s & 0xffff) + (s >> 16)
    return ~(s + (s >> 16)) & 0xffff


def mac(text):
    return bytes(int(x, 16) for x in text.split(":"))


def ip4(text):
    return struct.unpack(">I", socket.inet_aton(text))[0]


def frame(dst_mac, src, dst, sport, dport):
    head = struct.pack(">BBHHHBBHII", 0x45, 0, 46, 0, 0, 64, 17, 0, src, dst)
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    udp = struct.pack(">HHHH", sport, dport, 26, 0) + bytes(18)
    return dst_mac + mac("02:00:00:00:02:09") + b"\x08\x00" + head + udp


def arp_reply(dst_mac, own_mac, own, asker):
    own_mac = mac(own_mac)
    return (dst_mac + own_mac + b"\x08\x06"
            + struct.pack(">HHBBH", 1, 0x0800, 6, 4, 2) + own_mac
            + struct.pack(">I", ip4(own)) + dst_mac
            + struct.pack(">I", ip4(asker)) + bytes(18))


def flow(i):
    return 0x0a000000 + i // 16, 0xc0000200 + i % 16, 1024 + i * 7919 % 60000


def write(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for x in frames:
            f.write(struct.pack("<IIII", 0, 0, len(x), len(x)) + x)


def files(directory, flows, macs, outside=None, arp=False):
    """Two files: the clients' packets and the replies, in random order.

    outside: all are translated to this address and keep their ports."""
    order = list(range(flows))
    random.Random(7).shuffle(order)
    there, back = [], []
    for i in order:
        client, server, port = flow(i)
        there.append(frame(mac(macs[0]), client, server, port, 53))
        to = ip4(outside) if outside else client
        back.append(frame(mac(macs[1]), server, to, 53, port))
    if arp:
        there.insert(0, arp_reply(mac(macs[0]), "02:00:00:00:02:02",
                                  "198.51.100.2", "198.51.100.1"))
        back.insert(0, arp_reply(mac(macs[1]), "02:00:00:00:02:03",
                                 "203.0.113.2", "203.0.113.1"))
    paths = [f"{directory}/there.pcap", f"{directory}/back.pcap"]
    write(paths[0], there)
    write(paths[1], back)
    return paths
