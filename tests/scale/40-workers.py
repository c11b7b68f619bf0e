#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several workers: everything works, nothing is reordered, figures are sums.

Usage: 40-workers.py [WORKERS]...
"""
import json
import os
import subprocess
import sys
import time

from box import Box, HERE, wait_for
import gen

FLOWS, COUNT, PPS = 40, 150, 8000


def ordered(box, to, addr):
    """Numbered packets of many flows from the other host; none overtakes."""
    other = "a" if to == "b" else "b"
    script = os.path.join(HERE, "order.py")
    r = box.spawn(to, sys.executable, script, "receive", addr,
                  stdout=subprocess.PIPE)
    assert r.stdout.readline() == "listening\n"
    box.exec(other, sys.executable, script, "send", addr, str(FLOWS), str(COUNT),
             str(PPS))
    got = json.loads(r.communicate(timeout=60)[0])
    print(f"{FLOWS} flows to {addr}: {got}")
    # Linux may drop in its own queues on a busy machine, never overtake.
    assert got["late"] == 0 and got["flows"] == FLOWS, got
    assert got["received"] > FLOWS * COUNT * 0.9, got


def tcp(box):
    load = os.path.join(HERE, "..", "soak", "load.py")
    for server, client, addrs in (("b", "a", ("198.51.100.2", "2001:db8:2::2")),
                                  ("a", "b", ("192.0.2.2", "2001:db8:1::2"))):
        s = box.spawn(server, sys.executable, load, "serve",
                      stdout=subprocess.PIPE)
        assert s.stdout.readline() == "serving\n"
        for addr in addrs:
            got = json.loads(box.exec(client, sys.executable, load, "tcp", addr,
                                      "2"))
            print(f"tcp to {addr}: {got}")
            assert got["ok"] > 8 and got["wrong"] == got["failed"] == 0, got
        s.kill()
        s.wait()


def errors(box):
    """An ICMP error finds the sender although it hashes elsewhere."""
    for n in range(5): # Linux sends one error a second, after six
        out = box.exec("a", sys.executable, "-c", f"""
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", {20000 + n}))
s.connect(("198.51.100.2", {30000 + n}))
s.settimeout(5)
s.send(b"x")
try:
    s.recv(10)
except ConnectionRefusedError:
    print("refused")
""")
        assert out == "refused\n", out


def threads(box):
    path = f"/proc/{box.daemon.pid}/task"
    names = []
    for task in os.listdir(path):
        with open(f"{path}/{task}/comm", encoding="ascii") as f:
            names.append(f.read().strip())
    return names


def run_with(workers):
    lines = []
    gen.base(lines.append)
    with Box("\n".join(lines) + "\n", "-w", str(workers)) as box:
        names = threads(box)
        assert all(f"vrflow-worker{i}" in names for i in range(workers)), names
        for host, addr in (("a", "198.51.100.2"), ("b", "2001:db8:1::2"),
                           ("a", "192.0.2.1"), ("b", "2001:db8:2::1")):
            for size in ("56", "4000"):
                out = box.exec(host, "ping", "-c", "5", "-i", "0.05", "-s", size,
                               addr, check=False)
                # the first may wait for neighbours longer than ping does
                assert "5 received" in out or "4 received" in out, out
        tcp(box)
        errors(box)
        ordered(box, "b", "198.51.100.2")
        ordered(box, "a", "2001:db8:1::2")
        listed = box.cli("show security flow session destination-port 7100")
        assert listed.count("Session ID:") == 2 * FLOWS, listed
        ids = {x.split()[2] for x in listed.splitlines()
               if x.startswith("Session ID:")}
        assert len(ids) == 2 * FLOWS, "two sessions share an id"
        cleared = box.cli("clear security flow session destination-port 7100")
        assert str(2 * FLOWS) in cleared, cleared
        time.sleep(0.1)
        box.cli("clear security flow session all")
        wait_for("no session", 20, lambda: box.sessions()[
            "displayed-session-count"] == 0)
        wait_for("no buffer", 40, lambda: box.buffers() == 0)
        s = box.statistics()
        assert s["flow-pkt-count-rx"] == s["flow-pkt-count-fwd"] + \
            s["flow-pkt-count-drop"] + s["flow-pkt-count-host-in"], s
        print(f"{workers} workers end: {box.stop():.2f} s")
        assert box.status == 0, box.log()


for w in sys.argv[1:] or ("2", "4"):
    run_with(int(w))
