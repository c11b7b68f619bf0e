#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A full table in one virtual router: load, look up, links, a small commit.

Usage: 20-full-table.py [N]; times are printed, not judged.
"""
import sys
import time

from box import Box, wait_for
import gen


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    lines = []
    gen.base(lines.append)
    gen.routes(lines.append, n)
    began = time.monotonic()
    with Box("\n".join(lines) + "\n") as box:
        print(f"start with {n} routes: {time.monotonic() - began:.2f} s, "
              f"{box.resident_kb()} kB")

        def active():
            return f"{n + 2} active" in box.cli("show route summary")
        assert active(), box.cli("show route summary")
        for command, least in (("show route", n),
                               ("show configuration | display set", n),
                               ("show configuration | display xml", n)):
            began = time.monotonic()
            got = box.cli(command + " | count") # longer than one frame
            print(f"{command}: {time.monotonic() - began:.2f} s")
            assert int(got.split()[1]) > least, got
        some = lines[-1].split()[6]
        assert "*[Static/5]" in box.cli(f"show route {some} exact")
        for dev, change in (("ge-0-0-1", False), ("ge-0-0-2", True)):
            for state in ("down", "up"):
                box.device(dev, state)
                time.sleep(0.05)
                began = time.monotonic()
                box.cli("show version")
                print(f"{dev} {state}: an answer after "
                      f"{time.monotonic() - began:.2f} s")
                if change:
                    wait_for("the table follows the link", 30,
                             lambda: active() == (state == "up")) # noqa: B023
        began = time.monotonic()
        box.commit("set system host-name other")
        print(f"commit of one statement: {time.monotonic() - began:.2f} s")
        assert active()
        assert " 0% packet loss" in box.exec(
            "a", "ping", "-c", "3", "-i", "0.2", "198.51.100.2")
        print(f"end: {box.stop():.2f} s")
        assert box.status == 0, box.log()


main()
