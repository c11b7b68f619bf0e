#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make bench: every row, one table, plots, the page docs/perf.md.

Usage: run.py [--quick] [--force] [--only WORD] [--no-peers] [--no-write]
  --quick     short windows, says nothing about speed
  --force     keep the figures of void runs, marked
  --only WORD rows whose name or scenario contains WORD; writes no page
  --no-peers  leave out Linux ports and other programs
  --no-write  leave docs/perf.md and the plots alone
Figures: build-bench/bench.json; compare two such files with `compare`.
"""
import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import page  # noqa: E402 (the path comes first)
from rows import COUNTS, ROWS  # noqa: E402

BENCH = os.environ.get(
    "VRFLOW_BENCH", os.path.join(TOP, "build-bench", "vrflow-bench"))
COUNT = os.environ.get(
    "VRFLOW_COUNT", os.path.join(TOP, "build-count", "vrflow-bench"))


def machine():
    with open("/proc/cpuinfo", encoding="utf8") as f:
        model = next((x.split(":")[1].strip() for x in f
                      if x.startswith("model name")), os.uname().machine)
    with open("/sys/kernel/mm/transparent_hugepage/enabled",
              encoding="utf8") as f:
        thp = re.search(r"\[(\w+)\]", f.read()).group(1)

    def first_line(*words):
        out = subprocess.run(words, capture_output=True, text=True,
                             check=False).stdout.splitlines()
        return out[0] if out else "?"
    return {"model": model, "cpus": os.cpu_count(),
            "kernel": os.uname().release,
            "date": datetime.datetime.now(datetime.timezone.utc)
            .strftime("%d %B %Y").lstrip("0"),
            "compiler": first_line("gcc", "--version"),
            "dpdk": first_line("pkg-config", "--modversion", "libdpdk"),
            "transparent_hugepages": thp}


class HugePages:
    """Reserved while a row with millions of sessions runs, if there are."""
    PATH = "/proc/sys/vm/nr_hugepages"

    def __init__(self, wanted):
        self.wanted, self.got, self.before = wanted, 0, None

    def __enter__(self):
        try:
            with open(self.PATH, encoding="ascii") as f:
                self.before = int(f.read())
            self.write(self.before + self.wanted)
            with open(self.PATH, encoding="ascii") as f:
                self.got = int(f.read()) - self.before
        except OSError:
            self.before = None
        return self

    def write(self, n):
        with open(self.PATH, "w", encoding="ascii") as f:
            f.write(str(n))

    def __exit__(self, *why):
        if self.before is not None:
            self.write(self.before)


def run_row(row, extra):
    """The JSON of one run, or None when it failed."""
    args = [BENCH, *row.args, "--json", *extra]
    sessions = int(row.args[row.args.index("--sessions") + 1])
    huge = HugePages(sessions // 4000 if sessions >= 8000000 else 0)
    with huge:
        p = subprocess.run(args, stdin=subprocess.DEVNULL, text=True,
                           stdout=subprocess.PIPE, check=False)
    try:
        j = json.loads(p.stdout)
    except ValueError:
        j = {"scenario": row.args[0], "void": True,
             "void_reason": f"exit status {p.returncode}"}
    j["name"], j["target"] = row.name, row.target_text()
    j["failed"] = p.returncode not in (0, 3)
    j["reserved_huge_pages"] = huge.got
    return j


def scaling(row, j, done):
    one = done.get(row.needs)
    if one and one.get("mpps_per_core") and j.get("mpps_per_core"):
        j["scaling"] = j["workers"] * j["mpps_per_core"] / one["mpps_per_core"]


def all_rows(only, extra):
    done = {}
    for row in ROWS:
        if only and only not in row.name and only not in row.args[0]:
            continue
        j = run_row(row, extra)
        if row.key == "scaling":
            scaling(row, j, done)
        done[row.name] = j
        print(page.console_row(row, j), flush=True)
    return list(done.values())


def count_one(args):
    """Instructions a packet of the packet path, or None."""
    with tempfile.NamedTemporaryFile() as out:
        p = subprocess.run(
            ["valgrind", "--tool=callgrind", "--cache-sim=no",
             f"--callgrind-out-file={out.name}",
             "--toggle-collect=bench_counted*", COUNT, *args.split()],
            capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", p.stderr)
    packets = re.search(r'"packets": (\d+)', p.stdout)
    if p.returncode != 0 or not found or not packets:
        return None
    return int(found.group(1)) / int(packets.group(1))


def counts(only):
    rows = []
    if not os.path.exists(COUNT):
        return rows
    for name, args in COUNTS:
        if only and only not in args:
            continue
        v = count_one(args)
        name = "instructions: " + name
        rows.append({"scenario": "instructions", "name": name,
                     "instructions_per_packet": v})
        print(f"{name:<46} "
              + (f"{v:8.0f} instructions" if v else "  failed"), flush=True)
    return rows


def linux_ports(seconds):
    """Rows of linux_ports.sh: a label and one figure a round."""
    build = os.path.join(TOP, "build")
    if os.geteuid() != 0 or not os.path.exists(os.path.join(build, "vrflowd")):
        print("Linux ports: need root and `make`", flush=True)
        return []
    p = subprocess.run([os.path.join(HERE, "linux_ports.sh"), build, seconds],
                       stdout=subprocess.PIPE, text=True, check=False)
    rows = []
    for line in p.stdout.splitlines():
        m = re.match(r"(.*?\S)\s{2,}((?:[\d.]+\s*)+)$", line)
        if m and not line.startswith(("#", "round")):
            v = sorted(float(x) for x in m.group(2).split())
            rows.append({"scenario": "linux-ports", "name": m.group(1),
                         "value": v[len(v) // 2], "min": v[0], "max": v[-1]})
            print(f"{m.group(1):<46} {v[len(v) // 2]:>10g}  "
                  f"[{v[0]:g} - {v[-1]:g}]", flush=True)
    return rows


def peers(quick):
    p = subprocess.run([sys.executable, os.path.join(HERE, "peers.py"),
                        "--json"] + (["--quick"] if quick else []),
                       stdout=subprocess.PIPE, text=True, check=False)
    rows = [json.loads(x) for x in p.stdout.splitlines() if x.startswith("{")]
    for r in rows:
        print(page.console_peer(r), flush=True)
    return rows


def options():
    a = argparse.ArgumentParser(add_help=True)
    for flag in ("--quick", "--force", "--no-peers", "--no-write"):
        a.add_argument(flag, action="store_true")
    a.add_argument("--only", default="")
    return a.parse_args()


def main():
    o = options()
    extra = [f for f, on in (("--quick", o.quick), ("--force", o.force)) if on]
    if not os.path.exists(BENCH):
        sys.exit("make bench-build first")
    m = machine()
    print(f"{m['model']}, {m['cpus']} CPUs, {m['kernel']}, {m['date']}")
    print(page.console_head(), flush=True)
    figures = all_rows(o.only, extra)
    figures += counts(o.only)
    if not o.no_peers and not o.only:
        figures += linux_ports("1" if o.quick else "3")
        figures += peers(o.quick)
    out = os.path.join(os.path.dirname(BENCH), "bench.json")
    with open(out, "w", encoding="utf8") as f:
        json.dump([dict(r, machine=m) for r in figures], f, indent=1)
        f.write("\n")
    print(f"figures: {out}")
    if not o.only and not o.no_write and not o.quick:
        page.write(os.path.join(TOP, "docs"), m, figures)
        print("table and plots: docs/perf.md, docs/perf/")
    return 1 if any(r.get("failed") for r in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
