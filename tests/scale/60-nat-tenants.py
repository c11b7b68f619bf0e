#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tenants that differ by nothing but their virtual router, behind one pool.

Usage: 60-nat-tenants.py [ROUTERS [SESSIONS]]; 1000 and 1000 if not given.

Each tenant is 10.0.0.2 on a VLAN of one trunk and sends from the same ports to
the same server. Every question carries the tenant and the port; the server
sends it back. An answer that reaches another VLAN than its tenant's, or another
port, fails the test; so does more memory than a session may cost.
"""
import subprocess
import sys
import time

from box import Box, wait_for
import gen

PER_SESSION = 320 # bytes: session, NAT record, hash, ports, all counted

ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)
s.bind(("198.51.100.2", 7))
print("serving", flush=True)
while True:
    data, peer = s.recvfrom(64) # 33: SO_RCVBUFFORCE
    s.sendto(data, peer)
"""

CLIENT = r'''
import select, socket, struct, sys, time
tenants, sessions = int(sys.argv[1]), int(sys.argv[2])
SOL_PACKET, AUXDATA = 263, 8
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)
s.setsockopt(SOL_PACKET, AUXDATA, 1)
s.bind(("trunk", 0))
mac = s.getsockname()[4]
ME, GW = b"\x0a\0\0\2", b"\x0a\0\0\1"
SERVER = socket.inet_aton("198.51.100.2")

def tagged(vlan, dst, ethertype, body):
    return dst + mac + struct.pack("!HHH", 0x8100, vlan, ethertype) + body

def frames():
    """(vlan, ethertype, payload) of what comes in."""
    while select.select([s], [], [], 0.05)[0]:
        data, extra, _, sender = s.recvmsg(2048, 64)
        if sender[2] == socket.PACKET_OUTGOING:
            continue
        vlan = 0
        for level, kind, aux in extra:
            if (level, kind) == (SOL_PACKET, AUXDATA):
                vlan = struct.unpack("IIIHHHH", aux[:20])[5] & 0xfff
        ethertype, at = struct.unpack("!H", data[12:14])[0], 14
        if ethertype == 0x8100:
            vlan, ethertype = struct.unpack("!HH", data[14:18])
            vlan, at = vlan & 0xfff, 18
        yield vlan, ethertype, data[at:]

def arp(vlan):
    return tagged(vlan, b"\xff" * 6, 0x0806, struct.pack(
        "!HHBBH", 1, 0x0800, 6, 4, 1) + mac + ME + b"\0" * 6 + GW)

def learn():
    gateways, end = {}, time.monotonic() + 60
    while len(gateways) < tenants and time.monotonic() < end:
        for v in [v for v in range(1, tenants + 1) if v not in gateways][:200]:
            s.send(arp(v))
        for vlan, ethertype, p in frames():
            if ethertype == 0x0806 and p[7] == 2:
                gateways[vlan] = p[8:14]
    return gateways

def checksum(h):
    t = sum(struct.unpack("!10H", h))
    t = (t & 0xffff) + (t >> 16)
    return ~(t + (t >> 16)) & 0xffff

def question(vlan, gateway, port):
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 36, 0, 0, 64, 17, 0) + ME + SERVER
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return tagged(vlan, gateway, 0x0800, ip + struct.pack(
        "!HHHHII", port, 7, 16, 0, vlan, port))

def ask(vlan, gateway, wrong):
    """How many of the tenant's sessions are answered, in three tries."""
    left = set(range(10000, 10000 + sessions))
    for _ in range(3):
        for n, port in enumerate(sorted(left)):
            s.send(question(vlan, gateway, port))
        end = time.monotonic() + 2
        while left and time.monotonic() < end:
            for v, ethertype, p in frames():
                if ethertype != 0x0800 or p[9] != 17:
                    continue
                sport, dport, _, _, owner, asked = struct.unpack(
                    "!HHHHII", p[20:36])
                if (sport, p[16:20]) != (7, ME) or owner != v or asked != dport:
                    wrong.append((v, dport, owner, asked))
                if v == vlan:
                    left.discard(dport)
                if not left:
                    break
        if not left:
            break
    return sessions - len(left)

gateways, wrong = learn(), []
print(len(gateways), flush=True)
for run in range(2):
    step = 1 if run == 0 else max(1, tenants // 20)
    n = sum(ask(v, gateways[v], wrong) for v in range(1, tenants + 1, step))
    print(n, len(wrong), wrong[:3], flush=True)
    sys.stdin.readline()
'''


def config(n):
    lines = []
    out = lines.append
    gen.base(out)
    out("set interfaces ge-0/1/0 vlan-tagging")
    out("set applications application echo protocol udp destination-port 7 "
        "inactivity-timeout 3600")
    for i in range(1, n + 1):
        out(f"set interfaces ge-0/1/0 unit {i} vlan-id {i}")
        out(f"set interfaces ge-0/1/0 unit {i} family inet address 10.0.0.1/30")
        out(f"set routing-instances T{i} instance-type virtual-router")
        out(f"set routing-instances T{i} interface ge-0/1/0.{i}")
        out(f"set routing-instances T{i} routing-options static route "
            "0.0.0.0/0 next-table inet.0")
        out(f"set security zones security-zone T{i} interfaces ge-0/1/0.{i}")
    out("set security policies global policy out match source-address any "
        "destination-address any application echo")
    out("set security policies global policy out then permit")
    nat = "set security nat source"
    out(f"{nat} pool p address 198.18.0.1/32 to 198.18.0.32/32")
    names = " ".join(f"T{i}" for i in range(1, n + 1))
    out(f"{nat} rule-set out from routing-instance [ {names} ]")
    out(f"{nat} rule-set out to zone right")
    out(f"{nat} rule-set out rule all match source-address 10.0.0.0/8")
    out(f"{nat} rule-set out rule all then source-nat pool p")
    return "\n".join(lines) + "\n"


def line(p):
    text = p.stdout.readline()
    assert text != "", "the client ended"
    return text.split(maxsplit=2)


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    each = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with Box("", "-m", str(n * each + 1000)) as box:
        box.link("add", "ge-0-1-0", "type", "veth", "peer", "name", "trunk",
                 "netns", f"{box.ns}-a")
        box.link("set", "ge-0-1-0", "up")
        box.exec("a", "ip", "link", "set", "trunk", "up")
        path = f"{box.dir}/tenants.set"
        with open(path, "w", encoding="ascii") as f:
            f.write(config(n))
        box.commit(f"load override {path}")
        wait_for("a way to the server", 30, lambda: " 0% packet loss" in
                 box.exec("a", "ping", "-c", "1", "-W", "1", "198.51.100.2",
                          check=False))
        echo = box.spawn("b", sys.executable, "-c", ECHO,
                         stdout=subprocess.PIPE)
        assert echo.stdout.readline() == "serving\n"
        client = subprocess.Popen(
            ["ip", "netns", "exec", f"{box.ns}-a", sys.executable, "-c",
             CLIENT, str(n), str(each)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        box.procs.append(client)
        assert line(client)[0] == str(n), "not all gateways answer ARP"
        before, began = box.resident_kb(), time.monotonic()
        answered, wrong, which = line(client)
        seconds = time.monotonic() - began
        used = (box.resident_kb() - before) * 1024 // (n * each)
        count = box.sessions()["active-sessions"]
        print(f"{answered} of {n * each} answered in {seconds:.0f} s, "
              f"{count} sessions, {used} bytes each, "
              f"{box.nat_ports()} ports of the pool")
        assert int(wrong) == 0, f"{wrong} answers to others: {which}"
        assert int(answered) == n * each, box.drops()
        assert count >= n * each, count
        assert box.sanitized() or used <= PER_SESSION, used
        client.stdin.write("\n")
        client.stdin.flush()
        answered, wrong, which = line(client)
        print(f"again, with all of them: {answered} answered")
        assert int(wrong) == 0, f"{wrong} answers to others: {which}"
        assert int(answered) == len(range(1, n + 1, max(1, n // 20))) * each
        client.stdin.write("\n")
        client.stdin.flush()
        client.wait()
        echo.kill()
        box.cli("clear security flow session all")
        wait_for("all ports are free", 20, lambda: box.nat_ports() == 0)


main()
