#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make bench-peers: what other programs take for the same packets, here.

Ticks of the time-stamp counter a packet, median of several looks. The kernel's
figures are without the sender (others/net.py); those of Open vSwitch and of
vrflowd beside it are all that the thread does, net_pcap included; testpmd's
are the floor of such a thread. What is not installed is left out.

Usage: peers.py [--json] [--quick] [--only WORD]
"""
import argparse
import json
import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from page import console_peer  # noqa: E402 (the path comes first)
from others import dpdk, net  # noqa: E402

NEEDS = {"testpmd": "dpdk-testpmd", "Open": "ovs-vswitchd", "kernel": "nft",
         "vrflowd": None}


def missing(name):
    if os.geteuid() != 0:
        return "needs root"
    program = NEEDS[name.split()[0].rstrip(",")]
    if program is not None and shutil.which(program) is None:
        return f"{program} is not installed"
    return None


def one(name, beside, measure):
    row = {"scenario": "peer", "name": name, "beside": beside,
           "unit": "ticks"}
    why = missing(name)
    if why:
        return dict(row, error=why)
    try:
        v = measure()
    except Exception as e: # a peer that does not run must not end the bench
        return dict(row, error=f"failed: {e}".replace("\n", " ")[:200])
    return dict(row, value=v[len(v) // 2], min=v[0], max=v[-1])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--json", action="store_true")
    a.add_argument("--quick", action="store_true")
    a.add_argument("--only", default="")
    o = a.parse_args()
    for name, beside, measure in [*dpdk.rows(o.quick), *net.rows(o.quick)]:
        if o.only not in name:
            continue
        row = one(name, beside, measure)
        print(json.dumps(row) if o.json else console_peer(row), flush=True)


main()
