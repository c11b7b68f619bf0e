#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Large configurations, as set commands on standard output.

gen.py base                        two ports, two zones, one policy
gen.py vrs N [ROUTES] [UNITS]      N virtual routers with UNITS VLAN units each
                                   (1 or 2), a zone, a policy and ROUTES routes
gen.py routes N                    N static routes in one virtual router
gen.py policies N                  N policies before the one that permits

Everything but base is meant to be put on top of base: the two ports of base
stand for the traffic that must not notice the rest.
"""
import random
import sys

BASE = """
set system host-name box
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/25
set interfaces ge-0/0/0 unit 0 family inet6 address 2001:db8:1::1/64
set interfaces ge-0/0/1 unit 0 family inet address 198.51.100.1/24
set interfaces ge-0/0/1 unit 0 family inet6 address 2001:db8:2::1/64
set security zones security-zone left interfaces ge-0/0/0.0 \
host-inbound-traffic system-services ping
set security zones security-zone right interfaces ge-0/0/1.0 \
host-inbound-traffic system-services ping
set security policies from-zone left to-zone right policy last match \
source-address any destination-address any application any
set security policies from-zone left to-zone right policy last then permit
set security policies from-zone right to-zone left policy back match \
source-address any destination-address any application any
set security policies from-zone right to-zone left policy back then permit
"""

ANY = "source-address any destination-address any application any"


def base(out):
    for line in BASE.strip().replace("\\\n", "").splitlines():
        out(line)


def vrs(out, n, routes=1, units=2):
    """Two trunks; virtual router i has VLAN i % 4000 + 1 of each."""
    trunk = ("ge-0/1/0", "ge-0/1/1", "ge-0/2/0", "ge-0/2/1")
    for name in trunk if n > 4000 else trunk[:2]:
        out(f"set interfaces {name} vlan-tagging")
    for i in range(n):
        vlan = i % 4000 + 1
        half = 2 * (i // 4000)
        for u in range(units):
            ifl = f"{trunk[half + u]} unit {vlan}"
            out(f"set interfaces {ifl} vlan-id {vlan}")
            out(f"set interfaces {ifl} family inet address 10.{u}.0.1/30")
            dotted = ifl.replace(" unit ", ".")
            out(f"set routing-instances vr{i} interface {dotted}")
            out(f"set security zones security-zone z{i} interfaces {dotted}")
        out(f"set routing-instances vr{i} instance-type virtual-router")
        for r in range(routes):
            prefix = "0.0.0.0/0" if r == 0 else f"10.{r // 250 + 16}.{r % 250}.0/24"
            out(f"set routing-instances vr{i} routing-options static route "
                f"{prefix} next-hop 10.0.0.2")
        pair = f"from-zone z{i} to-zone z{i}"
        out(f"set security policies {pair} policy p match {ANY}")
        out(f"set security policies {pair} policy p then permit")


def routes(out, n):
    """Like a full table: most are /24, many share a longer block."""
    rng = random.Random(1)
    out("set routing-instances full instance-type virtual-router")
    out("set interfaces ge-0/0/2 unit 0 family inet address 203.0.113.1/24")
    out("set routing-instances full interface ge-0/0/2.0")
    out("set security zones security-zone full interfaces ge-0/0/2.0")
    lengths = [24] * 60 + [23] * 9 + [22] * 11 + [21] * 5 + [20] * 5 + \
        [19] * 3 + [18] * 2 + [17] * 1 + [16] * 2
    seen = set()
    while len(seen) < n:
        length = rng.choice(lengths)
        addr = rng.randrange(1 << 24, 223 << 24) >> (32 - length) << (32 - length)
        if addr >> 24 == 127 or (addr, length) in seen:
            continue
        seen.add((addr, length))
        dotted = ".".join(str(addr >> s & 255) for s in (24, 16, 8, 0))
        out(f"set routing-instances full routing-options static route "
            f"{dotted}/{length} next-hop 203.0.113.{len(seen) % 200 + 2}")


def policies(out, n):
    pair = "from-zone left to-zone right"
    for i in range(n):
        net = f"10.{i // 250 % 250}.{i % 250}.0/24"
        out(f"set security address-book global address a{i} {net}")
        out(f"set applications application t{i} protocol tcp "
            f"destination-port {1024 + i % 60000}")
        out(f"set security policies {pair} policy p{i} match "
            f"source-address a{i} destination-address any application t{i}")
        out(f"set security policies {pair} policy p{i} then "
            f"{'permit' if i % 2 else 'deny'}")
    out("insert security policies from-zone left to-zone right policy last "
        f"after policy p{n - 1}")


def main():
    kinds = {"base": base, "vrs": vrs, "routes": routes, "policies": policies}
    lines = []
    kinds[sys.argv[1]](lines.append, *map(int, sys.argv[2:]))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
