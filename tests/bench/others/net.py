# SPDX-License-Identifier: Apache-2.0
"""The kernel as a router between two veth pairs, all on one CPU.

    a eth1 ---- p0 [ m ] p1 ---- eth1 b

The sender's CPU does everything: AF_PACKET, veth, the router, veth again, and
a drop at the other end. The same with the drop at p0 is the floor, subtracted.
"""
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

SINK = """
table netdev d {
	chain i {
		type filter hook ingress device %s priority 0;
		counter drop
	}
}"""

CONNTRACK = """
table ip t {
	chain f {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		iifname "p0" ct state new accept
	}
}"""

NAT = """
table ip n {
	chain s {
		type nat hook postrouting priority 100;
		oifname "p1" %s
	}
}"""


def run(*words, check=True, stdin=None):
    return subprocess.run(words, check=check, text=True, input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Net:
    def __init__(self, router):
        self.p = f"vrpeer{os.getpid()}"
        self.dir = tempfile.mkdtemp(prefix="vrpeer")
        self.router = router

    def __enter__(self):
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *why):
        for n in "abm":
            run("ip", "netns", "del", f"{self.p}-{n}", check=False)
        run("rm", "-rf", self.dir)

    def ip(self, host, *words):
        run("ip", "-n", f"{self.p}-{host}", *words)

    def exec(self, host, *words, **kw):
        return run("ip", "netns", "exec", f"{self.p}-{host}", *words,
                   **kw).stdout

    def nft(self, host, rules):
        self.exec(host, "nft", "-f", "-", stdin=rules)

    def make(self):
        run("gcc", "-O2", "-D_GNU_SOURCE", "-o", f"{self.dir}/send",
            f"{HERE}/send.c")
        for n in "abm":
            run("ip", "netns", "add", f"{self.p}-{n}")
            self.exec(n, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        for host, port in (("a", "p0"), ("b", "p1")):
            run("ip", "link", "add", "eth1", "netns", f"{self.p}-{host}",
                "type", "veth", "peer", "name", port, "netns", f"{self.p}-m")
            self.ip(host, "link", "set", "eth1", "up")
            self.ip("m", "link", "set", port, "up")
        self.ip("m", "addr", "add", "198.51.100.1/24", "dev", "p0")
        self.ip("m", "addr", "add", "203.0.113.1/24", "dev", "p1")
        self.ip("m", "route", "add", "10.0.0.0/8", "via", "198.51.100.2")
        self.ip("m", "route", "add", "192.0.2.0/24", "via", "203.0.113.2")
        for addr, port in (("198.51.100.2", "p0"), ("203.0.113.2", "p1")):
            self.ip("m", "neigh", "add", addr, "lladdr", "02:00:00:00:02:02",
                    "dev", port)
        self.exec("m", "sysctl", "-qw", "net.ipv4.ip_forward=1",
                  "net.ipv4.conf.all.rp_filter=0",
                  "net.ipv4.conf.p0.rp_filter=0",
                  "net.ipv4.conf.p1.rp_filter=0")

    def mac(self, port):
        return self.exec("m", "cat", f"/sys/class/net/{port}/address").strip()

    def send(self, host, flows, seconds, *flags):
        """(frames sent, ticks); pinned to the last CPU."""
        cpu = max(os.sched_getaffinity(0))
        out = self.exec(host, "taskset", "-c", str(cpu), f"{self.dir}/send",
                        "eth1", self.mac("p0" if host == "a" else "p1"),
                        str(flows), str(seconds), *flags)
        sent, ticks = map(int, out.split())
        return sent, ticks

    def dropped(self, host):
        out = self.exec(host, "nft", "list", "table", "netdev", "d")
        return int(out.split("packets")[1].split()[0])


def ticks_a_packet(net, sink, flows, seconds):
    before = net.dropped(sink)
    _, ticks = net.send("a", flows, seconds)
    return ticks / max(net.dropped(sink) - before, 1)


def measure(rules, flows, seconds, replies, rounds=3):
    """Median ticks a packet above the floor."""
    figures = []
    with Net("kernel") as net:
        net.nft("m", SINK % "p0")
        floor = sorted(ticks_a_packet(net, "m", flows, seconds / 2)
                       for _ in range(rounds))[rounds // 2]
        net.exec("m", "nft", "delete", "table", "netdev", "d")
        net.nft("b", SINK % "eth1")
        for r in rules:
            net.nft("m", r)
        net.send("a", flows, 60, "once")
        if replies:
            net.nft("a", SINK % "eth1")
            net.send("b", flows, 60, "once", "reply")
        for _ in range(rounds):
            figures.append(ticks_a_packet(net, "b", flows, seconds) - floor)
    return sorted(figures)


def rows(quick):
    seconds = 0.3 if quick else 2
    cases = [
        ("kernel forwarding, veth, no filter", [], 10000, False, None),
        ("kernel, nft conntrack, 10,000", [CONNTRACK], 10000, True,
         "established, 10,000 sessions"),
        ("kernel, nft conntrack, 100,000", [CONNTRACK], 100000, True,
         "established, 100,000"),
        ("kernel, nft masquerade, 10,000", [CONNTRACK, NAT % "masquerade"],
         10000, False, "source NAT, 10,000"),
        ("kernel, nft snat to 64 addresses, 100,000",
         [CONNTRACK, NAT % "snat to 198.18.0.1-198.18.0.64"], 100000, False,
         "source NAT, 100,000"),
    ]
    for name, rules, flows, replies, beside in cases:
        yield name, beside, lambda r=rules, f=flows, a=replies: measure(
            r, f, seconds, a)
