# SPDX-License-Identifier: Apache-2.0
"""The rows of `make bench`: what is run, and what it is compared with.

Targets are ticks of the time-stamp counter or rates; with a ratio beside them
the ratio to the calibrator of the same run decides, for machines differ.
"""


class Row:
    def __init__(self, name, args, target=None, ratio=None, unit="ticks",
                 key="cycles_per_packet", needs=None, less=True):
        self.name = name
        self.args = args.split()
        self.target = target # in unit; None: shown only
        self.ratio = ratio   # (limit, "10k" or "1m")
        self.unit = unit
        self.key = key
        self.needs = needs   # name of a row that a relative target refers to
        self.less = less     # smaller is better

    def value(self, j):
        v = j.get(self.key)
        return v / 1e6 if v is not None and self.unit == "M/s" else v

    def measured_ratio(self, j):
        if self.ratio is None:
            return None
        return j.get("ratio_" + self.ratio[1])

    def met(self, j):
        """True, False, or None when there is nothing to compare with."""
        if self.target is None or self.value(j) is None:
            return None
        v = self.value(j)
        if (v <= self.target) if self.less else (v >= self.target):
            return True
        r = self.measured_ratio(j)
        return r is not None and r <= self.ratio[0]

    def target_text(self):
        if self.target is None:
            return ""
        text = f"{self.target:g} {self.unit}"
        if self.ratio is not None:
            text += f", ratio {self.ratio[0]:g} ({self.ratio[1].upper()})"
        return text


def rate(name, args, target):
    return Row(name, args, target, unit="M/s", key="new_sessions_per_second",
               less=False)


ROWS = [
    Row("established, 10,000 sessions", "forward --sessions 10000", 85,
        (2.0, "10k")),
    Row("established, 100,000", "forward --sessions 100000 --seconds 0.7"),
    Row("established, 1,000,000", "forward --sessions 1000000", 155,
        (2.3, "1m")),
    Row("established, 8,000,000", "forward --sessions 8000000 --seconds 0.7"),
    Row("source NAT, 10,000", "nat --sessions 10000", 100, (2.4, "10k")),
    Row("source NAT, 100,000", "nat --sessions 100000 --seconds 0.7", 130),
    Row("source NAT, 1,000,000", "nat --sessions 1000000", 170, (2.5, "1m")),
    Row("source NAT, 8,000,000", "nat --sessions 8000000 --seconds 0.7", 210),
    Row("IPv6, 10,000", "forward --sessions 10000 --ipv6", 110),
    Row("IPv6, 1,000,000",
        "forward --sessions 1000000 --ipv6 --seconds 0.7", 180),
    Row("bursts of 8, 10,000", "forward --sessions 10000 --burst 8", 160),
    Row("packet mode, VR to VR", "packet-mode --sessions 10000", 45,
        (1.0, "10k")),
    rate("new sessions, 10,000, 1,000 policies", "first-path --sessions 10000",
         3.0),
    rate("new sessions, 1,000,000", "first-path --sessions 1000000", 3.0),
    rate("new sessions, 1,000,000, source NAT",
         "first-path --sessions 1000000 --nat --seconds 0.7", None),
    rate("new sessions, 10,000, source NAT and log",
         "first-path --sessions 10000 --nat --log", 2.0),
    rate("new sessions, 1,000,000, source NAT and log",
         "first-path --sessions 1000000 --nat --log", 2.0),
    rate("full life, 1,000,000, sustained 60 s",
         "life-cycle --sessions 1000000 --seconds 8.6", 2.1),
    rate("full life, 1,000,000, source NAT and log, 60 s",
         "life-cycle --sessions 1000000 --nat --log --seconds 8.6", 1.4),
    Row("policy look-up, 1,000", "policies --policies 1000 --sessions 1000000",
        150),
    Row("policy look-up, 10,000",
        "policies --policies 10000 --sessions 1000000", 250),
    Row("memory of a session, IPv4", "first-path --sessions 1000000 --seconds "
        "0.2 --policies 1", 160, unit="bytes",
        key="resident_bytes_per_session"),
    Row("memory of a session, IPv6", "first-path --sessions 1000000 --ipv6 "
        "--seconds 0.2 --policies 1", 224, unit="bytes",
        key="resident_bytes_per_session"),
    Row("1,000,000 routes, look-ups in bursts", "lpm --sessions 1000000", 45,
        key="burst_cycles_per_lookup"),
    Row("1,000,000 routes, memory", "lpm --sessions 1000000 --seconds 0.1", 64,
        unit="MB", key="table_megabytes"),
    Row("two workers, 1,000,000", "forward --sessions 1000000 --workers 2",
        1.95, unit="x one", key="scaling", needs="established, 1,000,000",
        less=False),
    Row("two workers, 1,000,000, source NAT",
        "nat --sessions 1000000 --workers 2", 1.95, unit="x one",
        key="scaling", needs="source NAT, 1,000,000", less=False),
    Row("NAT port, pool 99 % full", "port-allocation --sessions 500000"),
    Row("commits of 10,000 policies under load, p99.9",
        "commit-under-load --sessions 100000 --seconds 1", 2, unit="x idle",
        key="p999_ratio"),
    Row("routes change under 1,000,000 sessions: late packets",
        "reroute --sessions 1000000", 0, unit="packets", key="late_packets"),
    Row("two lines of memory, one written, to 8,000,000",
        "memory --sessions 8000000"),
]

# Instructions a packet, by callgrind: what must not drift.
COUNTS = [
    ("forward", "forward --sessions 10000 --packets 100000"),
    ("forward, IPv6", "forward --sessions 10000 --packets 100000 --ipv6"),
    ("forward, source NAT", "nat --sessions 10000 --packets 100000"),
    ("packet mode", "packet-mode --sessions 10000 --packets 100000"),
    ("first packet", "first-path --sessions 20000 --packets 20000"),
    ("first packet, source NAT and log",
     "first-path --sessions 20000 --packets 20000 --nat --log"),
    ("packet of a full life", "life-cycle --sessions 10000 --packets 100000"),
    ("policy look-up, 1,000", "policies --sessions 100000 --packets 100000"),
    ("route look-up", "lpm --sessions 1000000 --packets 100000"),
]
