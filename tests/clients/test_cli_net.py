# SPDX-License-Identifier: Apache-2.0
"""Commands that send packets, on a terminal: a router of Linux behind
ge-0/0/0, and a host behind that.

    vrflowd 192.0.2.1 --- 192.0.2.2 Linux 203.0.113.129 --- .130 far
"""
import subprocess
from contextlib import contextmanager

from test_cli_box import Term, has, lacks, same


def ip(*words, pid=None):
    enter = ["nsenter", "-t", str(pid), "-n"] if pid else []
    subprocess.check_call(enter + ["ip", *words])


def set_kernel(name, value):
    with open("/proc/sys/net/ipv4/" + name, "w") as f:
        f.write(value)


@contextmanager
def far_host(box):
    """A namespace that ends with its only process."""
    far = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec cat"],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    far.stdout.readline()
    try:
        ip("addr", "add", "192.0.2.2/24", "dev", "host0")
        ip("link", "add", "r0", "type", "veth", "peer", "name", "r1",
           "netns", str(far.pid))
        ip("addr", "add", "203.0.113.129/30", "dev", "r0")
        ip("link", "set", "r0", "up")
        ip("addr", "add", "203.0.113.130/30", "dev", "r1", pid=far.pid)
        ip("link", "set", "r1", "up", pid=far.pid)
        ip("route", "add", "default", "via", "203.0.113.129", pid=far.pid)
        set_kernel("ip_forward", "1")
        set_kernel("icmp_ratelimit", "0")
        box.command("configure", "set routing-options static route "
                    "203.0.113.128/25 next-hop 192.0.2.2", "commit and-quit")
        yield
        box.command("configure", "rollback 1", "commit and-quit")
    finally:
        far.stdin.close()
        far.stdout.close()
        far.wait(timeout=10)
        ip("addr", "del", "192.0.2.2/24", "dev", "host0")


def test_op_62_traceroute(box):
    """[OP-62]"""
    with far_host(box):
        t = Term(box)
        text = t.run("traceroute 203.0.113.130")
        has(text, "traceroute to 203.0.113.130 (203.0.113.130), 30 hops max, "
            "52 byte packets\n",
            " 1  192.0.2.2 (192.0.2.2)  ", " ms  ", " ms  ", " ms\n",
            " 2  203.0.113.130 (203.0.113.130)  ", " ms  ", " ms  ", " ms")
        same(len(text.splitlines()), 3)
        has(t.run("traceroute 203.0.113.130 no-resolve ttl 1"),
            ", 1 hops max", " 1  192.0.2.2  ")
        # A router that knows no way says so, and that is the end.
        has(t.run("traceroute no-resolve 203.0.113.200"),
            " 1 ", "192.0.2.2  ", " ms !N")
        has(t.run("traceroute 198.18.0.1"), "No route to host")
        has(t.run("traceroute nowhere.example"),
            "error: traceroute: cannot resolve nowhere.example: Unknown host")
        has(t.run("traceroute 203.0.113.130 source 203.0.113.7"),
            "error: traceroute: bind: Can't assign requested address")
        has(t.run("traceroute 203.0.113.130 | display xml"),
            "<traceroute-results", "<target-ip>203.0.113.130</target-ip>",
            "<ttl-value>1</ttl-value>", "<ip-address>192.0.2.2</ip-address>",
            "<traceroute-success/>")
        # Nobody there: ^C ends it.
        t.p.send("traceroute 203.0.113.130 source 198.51.100.1\r")
        t.p.expect("byte packets\r\n")
        t.type("\x03")
        has(t.run("ping 203.0.113.130 rapid ttl 1"), ".....\n",
            "0 packets received")
        lacks(t.run("ping 203.0.113.130 rapid ttl 1"), "......")
        t.close()
