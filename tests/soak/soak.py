#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything at once for SECONDS, then: is anything left, does it add up?

Traffic of both families through the box and to it, more new flows than the
session table holds, commits that add and remove policies, routes and the mode
of the way back, links that go down and come up, `clear` and `show`. When the
traffic has ended and sessions were cleared, no session, packet buffer,
neighbour or descriptor may be left, counters must add up and memory must be
what it was after the first half.

Usage: soak.py [SECONDS [WORKERS]]
"""
import json
import os
import random
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "scale"))

from box import Box, wait_for  # noqa: E402 (the path comes first)
import gen  # noqa: E402

RNG = random.Random(int(os.environ.get("SOAK_SEED", "1")))
SESSIONS = 4096
GROWTH_KB = 4096 # allocators keep some; a leak in 10 minutes is more

EXTRA = """
set interfaces ge-0/0/2 unit 0 family inet address 203.0.113.1/24
set security zones security-zone right interfaces ge-0/0/2.0
set routing-options static route 192.0.2.200/32 next-hop 203.0.113.2
set routing-options static route 192.0.2.200/32 \
qualified-next-hop 198.51.100.2 preference 10
set applications application storm protocol udp destination-port 20000-40000
set applications application storm inactivity-timeout 4
set security policies from-zone left to-zone right policy storm match \
source-address any destination-address any application storm
set security policies from-zone left to-zone right policy storm then permit
insert security policies from-zone left to-zone right policy storm \
before policy last
set security nat source pool soak address 198.51.100.64/32 to 198.51.100.71/32
set security nat source rule-set soak from zone left
set security nat source rule-set soak to zone right
set security nat source rule-set soak rule all match \
destination-address 198.51.100.2/32
set security nat source rule-set soak rule all then source-nat pool soak
set security nat proxy-arp interface ge-0/0/1.0 \
address 198.51.100.64/32 to 198.51.100.71/32
"""

SHOWS = ["show security flow session", "show security flow session extensive",
         "show security flow session summary", "show security flow statistics",
         "show security flow drops", "show route", "show route extensive",
         "show route forwarding-table", "show arp", "show ipv6 neighbors",
         "show interfaces", "show interfaces extensive",
         "show security policies", "show security policies hit-count",
         "show security zones", "show configuration | display set",
         "show security nat source pool all", "show security nat source rule all",
         "show security nat source summary", "show system buffers",
         "show security flow session | display json",
         "ping 198.51.100.2 count 2 rapid", "show system commit"]


def configuration():
    lines = []
    gen.base(lines.append)
    lines += EXTRA.strip().replace("\\\n", "").splitlines()
    return "\n".join(lines) + "\n"


# ---- what may happen while traffic flows ----

def policy_add(box, n):
    pair = "security policies from-zone left to-zone right"
    box.commit(f"set security address-book global address s{n} 10.{n}.0.0/16",
               f"set {pair} policy s{n} match source-address s{n} "
               "destination-address any application junos-http",
               f"set {pair} policy s{n} then deny",
               f"insert {pair} policy s{n} before policy last")


def policy_remove(box, n):
    pair = "security policies from-zone left to-zone right"
    box.commit(f"delete {pair} policy s{n}",
               f"delete security address-book global address s{n}",
               check=False) # it may not be there


def mode_flip(box, n):
    verb = RNG.choice(("set", "delete"))
    box.commit(f"{verb} security flow advanced-options "
               "reverse-route-packet-mode-vr", check=False)


def routes_add(box, n):
    static = "routing-options static route"
    box.commit(*(f"set {static} 10.{n}.{i}.0/24 next-hop 198.51.100.{i + 2}"
                 for i in range(20)))


def routes_remove(box, n):
    static = "routing-options static route"
    box.commit(*(f"delete {static} 10.{n}.{i}.0/24" for i in range(20)),
               check=False)


def interface_flip(box, n):
    verb = RNG.choice(("set", "delete"))
    box.commit(f"{verb} interfaces ge-0/0/2 unit 0 disable", check=False)


def flap(box, n):
    dev = RNG.choice(("ge-0-0-1", "ge-0-0-2", "ge-0-0-2"))
    box.device(dev, "down")
    time.sleep(RNG.random() / 2)
    box.device(dev, "up")
    # what Linux drops with the link comes back
    box.exec("b", "ip", "addr", "replace", "2001:db8:2::2/64", "dev", "eth0",
             "nodad", check=False)


def clear(box, n):
    box.cli(RNG.choice((
        "clear security flow session all", "clear arp", "clear ipv6 neighbors",
        "clear security flow session protocol udp",
        "clear security flow session source-prefix 192.0.2.0/25")))


def show(box, n):
    for command in RNG.sample(SHOWS, 3):
        box.cli(command)


def broken(box, n):
    """A commit that must fail leaves all as it is."""
    out = box.commit("set security zones security-zone nowhere interfaces "
                     "ge-0/0/0.0", check=False)
    assert "error" in out, out


ONLY = os.environ.get("SOAK_ONLY") # to find out which action does harm
ACTIONS = [policy_add, policy_remove, mode_flip, routes_add, routes_remove,
           interface_flip, flap, clear, show, show, show, broken]
if ONLY:
    ACTIONS = [a for a in ACTIONS if a.__name__ in ONLY.split(",")]


def disturb(box, seconds):
    done, end = {}, time.monotonic() + seconds
    while time.monotonic() < end:
        action = RNG.choice(ACTIONS)
        action(box, RNG.randrange(1, 30))
        done[action.__name__] = done.get(action.__name__, 0) + 1
        if box.daemon.poll() is not None:
            raise AssertionError("vrflowd ended:\n" + box.log()[-20000:])
        time.sleep(RNG.random() / 5)
    return done


# ---- before and after ----

def start_load(box, seconds):
    load = os.path.join(HERE, "load.py")
    server = box.spawn("b", sys.executable, load, "serve",
                       stdout=subprocess.PIPE)
    assert server.stdout.readline() == "serving\n"
    clients = [box.spawn("a", sys.executable, load, kind, addr, str(seconds),
                         stdout=subprocess.PIPE)
               for kind, addr in (("tcp", "198.51.100.2"), ("tcp", "2001:db8:2::2"),
                                  ("tcp", "192.0.2.200"),
                                  ("udp", "198.51.100.2"), ("udp", "2001:db8:2::2"),
                                  ("storm", "198.51.100.2"),
                                  ("storm", "2001:db8:2::2"))]
    pings = [box.spawn(host, "ping", "-q", "-i", "0.02", "-s", size,
                       "-w", str(int(seconds)), addr, stdout=subprocess.DEVNULL)
             for host, addr, size in (
                 ("a", "198.51.100.2", "56"), ("a", "2001:db8:2::2", "3000"),
                 ("a", "192.0.2.1", "56"), ("a", "2001:db8:1::1", "3000"),
                 ("b", "192.0.2.2", "3000"), ("a", "203.0.113.99", "56"))]
    return server, clients, pings


def end_load(clients, pings, seconds):
    wrong = ok = 0
    for p in clients:
        out = p.communicate(timeout=60)[0].strip()
        count = json.loads(out)
        print(f"{' '.join(p.args[5:8])}: {out}")
        wrong += count["wrong"]
        ok += count["ok"]
        # A flap costs TCP seconds: in a few of them one client may get nothing.
        assert count["ok"] > 0 or seconds < 30, "nothing at all came through"
    for p in pings:
        p.wait(timeout=60)
    assert ok > 0, "nothing at all came through"
    assert wrong == 0, f"{wrong} answers with other data"


def quiet(box):
    """No session and no packet is left once nothing is sent."""
    def empty():
        box.cli("clear security flow session all")
        return box.sessions()["displayed-session-count"] == 0
    wait_for("no session", 30, empty)
    wait_for("no NAT port in use", 30, lambda: box.nat_ports() == 0)
    # fragments wait up to 30 s, neighbours' queues some seconds
    wait_for(f"no buffer in use: {box.buffers()}", 45,
             lambda: box.buffers() == 0)


def settle(box):
    """To the configuration that we began with, links up."""
    for dev in ("ge-0-0-1", "ge-0-0-2"):
        box.device(dev, "up")
    box.commit(f"load override {box.dir}/first.conf")
    for host in "ab":
        for dev in ("eth0", "eth1"):
            box.exec(host, "ip", "neigh", "flush", "dev", dev, check=False)


def add_up(s):
    gone = s["flow-pkt-count-fwd"] + s["flow-pkt-count-drop"] + \
        s["flow-pkt-count-host-in"]
    print(f"received {s['flow-pkt-count-rx']}, forwarded "
          f"{s['flow-pkt-count-fwd']}, dropped {s['flow-pkt-count-drop']}, "
          f"for the box {s['flow-pkt-count-host-in']}: difference "
          f"{s['flow-pkt-count-rx'] - gone}")
    return s["flow-pkt-count-rx"] - gone


def figures(box):
    time.sleep(1) # the daemon closes the sockets of clients that have gone
    return {"memory": box.memory_kb(), "descriptors": box.fds()}


def grown_kb(first, now):
    return sum(now["memory"][k] - first["memory"][k] for k in ("heap", "rest"))


def soak(seconds, workers):
    with Box(configuration(), "-w", str(workers), "-m", str(SESSIONS)) as box:
        with open(f"{box.dir}/first.conf", "w", encoding="ascii") as f:
            f.write(configuration())
        half = seconds / 2
        for phase in ("first half", "second half"):
            length = half
            server, clients, pings = start_load(box, length)
            print(phase, disturb(box, length))
            end_load(clients, pings, length)
            server.kill()
            server.wait()
            settle(box)
            quiet(box)
            now = figures(box)
            print(phase, now["memory"], "kB,", len(now["descriptors"]),
                  "descriptors", flush=True)
            if phase == "first half":
                first = now
        assert add_up(box.statistics()) == 0, "counters do not add up"
        assert now["descriptors"] == first["descriptors"], \
            f"descriptors leak: {first['descriptors']} {now['descriptors']}"
        assert grown_kb(first, now) < GROWTH_KB or box.sanitized(), \
            "memory grows"
        took = box.stop()
        print(f"ended in {took:.2f} s, status {box.status}")
        assert box.status == 0, box.log()[-20000:]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    soak(seconds, workers)
    print("soak passed")


if __name__ == "__main__":
    main()
