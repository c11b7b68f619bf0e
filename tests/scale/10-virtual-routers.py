#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Thousands of virtual routers: they load, commit, show and carry traffic.

Usage: 10-virtual-routers.py [N]; times are printed, not judged.
"""
import sys
import time

from box import Box, wait_for
import gen


def config(kind, *args):
    lines = []
    gen.base(lines.append)
    if kind:
        kind(lines.append, *args)
    return "\n".join(lines) + "\n"


def timed(what, fn):
    began = time.monotonic()
    out = fn()
    print(f"{what}: {(time.monotonic() - began) * 1000:.0f} ms")
    return out


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    with Box(config(None)) as box:
        for i in range(2):
            box.link("add", f"ge-0-1-{i}", "type", "veth", "peer", "name",
                     f"peer{i}")
            box.link("set", f"peer{i}", "up")
            box.link("set", f"ge-0-1-{i}", "up")
        alone = box.resident_kb()
        path = f"{box.dir}/many.set"
        with open(path, "w", encoding="ascii") as f:
            f.write(config(gen.vrs, n))
        timed(f"load and commit of {n} virtual routers",
              lambda: box.commit(f"load override {path}"))
        wait_for("the trunks are up", 20, lambda: box.cli(
            "show route table vr0.inet.0").count("*[") == 5)
        print(f"memory: {box.resident_kb() - alone} kB more than without")
        for command, lines in (("show route", 10 * n), ("show interfaces terse",
                               2 * n), ("show security zones", 4 * n)):
            out = timed(command, lambda: box.cli(command)) # noqa: B023
            assert out.count("\n") >= lines, (command, out.count("\n"))
        out = box.cli(f"show route table vr{n - 1}.inet.0")
        assert "0.0.0.0/0" in out and f"vr{n - 1}.inet.0: " in out, out
        timed("commit of one statement",
              lambda: box.commit("set system host-name other"))
        assert " 0% packet loss" in box.exec(
            "a", "ping", "-c", "3", "-i", "0.2", "198.51.100.2")
        box.crash()
        timed("start with them", box.start)
        assert box.cli("show route summary").count("inet.0:") >= n
        print(f"end: {box.stop():.2f} s")
        assert box.status == 0, box.log()


main()
