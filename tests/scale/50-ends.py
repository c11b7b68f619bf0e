#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the daemon ends and begins: killed, under load, twice, detached, with a
configuration file that cannot be written."""
import os
import signal
import subprocess
import sys
import time

from box import BUILD, Box, HERE, run, wait_for
import gen


def ping_works(box):
    wait_for("ping through the box", 20, lambda: " 0% packet loss" in box.exec(
        "a", "ping", "-c", "1", "-W", "1", "198.51.100.2", check=False))


def killed(box):
    for _ in range(3):
        ping_works(box)
        box.crash()
        box.start() # the socket of the dead one is in the way
    ping_works(box)


def terminated_under_load(box):
    flood = [box.spawn("a", "ping", "-f", "-q", addr, stdout=subprocess.DEVNULL)
             for addr in ("198.51.100.2", "2001:db8:2::2", "192.0.2.1")]
    flood.append(box.spawn("a", sys.executable,
                           os.path.join(HERE, "..", "soak", "load.py"), "storm",
                           "198.51.100.2", "60", stdout=subprocess.DEVNULL))
    for sig in (signal.SIGTERM, signal.SIGINT):
        time.sleep(1)
        print(f"{sig.name} under load: {box.stop(sig):.2f} s")
        assert box.status == 0, box.log()
        assert not os.path.exists(box.sock), "the socket is left"
        box.start()
    for p in flood:
        p.kill()
        p.wait()


def second(box):
    p = run("ip", "netns", "exec", box.ns, f"{BUILD}/vrflowd", "-f", "-c",
            box.conf, "-s", box.sock, check=False)
    assert p.returncode != 0 and "another vrflowd" in p.stdout, p.stdout
    ping_works(box)


def detached(box):
    """Without -f the command returns when the daemon forwards, not before."""
    box.stop()
    p = run("ip", "netns", "exec", box.ns, f"{BUILD}/vrflowd", "-c", box.conf,
            "-s", box.sock, check=False)
    assert p.returncode == 0, p.stdout
    box.exec("a", "ping", "-c", "1", "-W", "3", "198.51.100.2")
    pid = int([x.split()[0] for x in
               box.cli("show system processes").splitlines()
               if x.endswith(" vrflowd") and in_namespace(box, x.split()[0])][0])
    os.kill(pid, signal.SIGTERM)
    wait_for("the detached one ends", 20, lambda: not os.path.exists(
        f"/proc/{pid}") or not os.path.exists(box.sock))
    broken = os.path.join(box.dir, "broken.conf")
    with open(broken, "w", encoding="ascii") as f:
        f.write("set interfaces ge-0/0/0 unit 0 family inet address nonsense\n")
    p = run("ip", "netns", "exec", box.ns, f"{BUILD}/vrflowd", "-c", broken,
            "-s", box.sock, check=False)
    assert p.returncode != 0, p.stdout
    box.start()


def in_namespace(box, pid):
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino == \
            os.stat(f"/run/netns/{box.ns}").st_ino
    except OSError:
        return False


def unwritable(box):
    """A commit that cannot be stored is refused, and nothing has changed."""
    before = box.cli("show configuration")
    os.chmod(box.dir, 0o555) # the daemon has given up root's privileges
    try:
        out = box.commit("set system host-name other", check=False)
        assert "error:" in out and "commit complete" not in out, out
        print("unwritable:", out.strip().splitlines()[-1])
        assert box.cli("show configuration") == before
    finally:
        os.chmod(box.dir, 0o700)
    ping_works(box)
    box.commit("set system host-name other")
    assert "host-name other" in box.cli("show configuration")


lines = []
gen.base(lines.append)
with Box("\n".join(lines) + "\n", "-w", "2", "-m", "4096") as b:
    for step in (killed, terminated_under_load, second, detached, unwritable):
        step(b)
        print(step.__name__, "ok")
