#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""10,000 policies are committed, and removed, while a session goes on.

No packet of it may be lost. The latency while commits happen is printed beside
that of an idle box. Usage: 30-policies.py [N]
"""
import json
import os
import subprocess
import sys
import time

from box import Box, HERE
import gen


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    first, many = [], []
    gen.base(first.append)
    gen.base(many.append)
    gen.policies(many.append, n)
    with Box("\n".join(first) + "\n", "-w", "2") as box:
        for name, lines in (("first", first), ("many", many)):
            with open(f"{box.dir}/{name}", "w", encoding="ascii") as f:
                f.write("\n".join(lines) + "\n")
        server = box.spawn("b", sys.executable,
                           os.path.join(HERE, "..", "soak", "load.py"), "serve",
                           stdout=subprocess.PIPE)
        assert server.stdout.readline() == "serving\n"
        box.exec("a", "ping", "-c", "2", "-i", "0.2", "198.51.100.2")
        result, took = {}, {"many": [], "first": []}
        for when in ("idle", "with commits"):
            p = box.spawn("a", sys.executable,
                          os.path.join(HERE, "pingpong.py"), "198.51.100.2", "6",
                          stdout=subprocess.PIPE)
            time.sleep(0.5)
            while when != "idle" and p.poll() is None:
                for name in ("many", "first"):
                    began = time.monotonic()
                    box.commit(f"load override {box.dir}/{name}")
                    took[name].append(time.monotonic() - began)
            result[when] = json.loads(p.communicate()[0])
            print(when, result[when])
            assert result[when]["lost"] == 0, "packets were lost"
        for name, times in took.items():
            print(f"load and commit of {name}: {min(times):.2f} to "
                  f"{max(times):.2f} s")
        ratio = result["with commits"]["p999_us"] / result["idle"]["p999_us"]
        print(f"p99.9 with commits / idle: {ratio:.2f}")
        print(f"end: {box.stop():.2f} s")
        assert box.status == 0, box.log()


main()
