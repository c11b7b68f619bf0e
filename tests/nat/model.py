# SPDX-License-Identifier: Apache-2.0
"""What NAT should do, written down a second time: the cases, their
configuration, and for each the packets, session and counters to expect.

    client .2 --- ge-0/0/0.K, zone CK, instance TK    198.51.100.0/24
    server .2 --- ge-0/0/1.K, zone OK, instance SK    192.0.2.0/24

Every case K has its own VLAN, zones and instances, and the same addresses as
all others. TK imports the routes of SK; SK those of TK only with `leak`.
Bytes are made by scapy; nothing here knows how vrflow does it.
"""
import dataclasses
import itertools

from scapy.all import (ICMP, IP, TCP, UDP, ICMPv6EchoReply, ICMPv6EchoRequest,
                       IPv6, IPv6ExtHdrFragment, raw)

PROTOS = ("udp", "tcp", "icmp")
SPORT, DPORT = 700, 4000
POOL_PORTS = (20000, 20099)

CLIENT = {4: "198.51.100.2", 6: "2001:db8:1::2"}
INSIDE = {4: "198.51.100.1", 6: "2001:db8:1::1"}
OUTSIDE = {4: "192.0.2.1", 6: "2001:db8:2::1"}
SERVER = {4: "192.0.2.2", 6: "2001:db8:2::2"}
PUBLIC = {4: "192.0.2.100", 6: "2001:db8:2::100"}
ANY = {4: "0.0.0.0/0", 6: "::/0"}
LEN = {4: 32, 6: 128}

# Combinations that cannot be configured, or are another one.
IMPOSSIBLE = {
    "NAT64, destination NAT": "a destination rule's pool is of the family of "
    "its destinations (NA-13): the commit is refused, as matrix.py checks",
    "NAT64, no static NAT": "64:ff9b::/96 is then an IPv6 destination like any "
    "other: the case IPv6",
    "from the box, NAT64": "needs a static rule: see above",
}


@dataclasses.dataclass(frozen=True)
class Case:
    way: str     # transit, to, from
    policy: str  # permit, deny
    dst: str     # destination, static, none
    src: str     # interface, pool, persistent, none
    family: str  # 4, 6, 64
    leak: bool   # the server's instance knows the client's network
    k: int = 0

    def name(self):
        return (f"case {self.k}: {self.way}, {self.policy}, IPv{self.family}, "
                f"destination {self.dst}, source {self.src}, "
                f"leak {self.leak}")

    @property
    def inner(self):  # family of the client, of the server
        return 4 if self.family == "4" else 6

    @property
    def outer(self):
        return 6 if self.family == "6" else 4

    @property
    def pool(self):
        return (f"203.0.113.{self.k}" if self.outer == 4
                else f"2001:db8:ffff::{self.k:x}")

    @property
    def target(self):
        """Where the translated destination lies."""
        return (INSIDE if self.way == "to" else SERVER)[self.outer]

    @property
    def addressed(self):
        """The destination as the client sends it."""
        if self.family == "64":
            return "64:ff9b::" + self.target
        return self.target if self.dst == "none" else PUBLIC[self.inner]

    @property
    def dport(self):
        return 8080 if self.dst == "destination" else DPORT


def possible(way, dst, family):
    return family != "64" or dst == "static" and way != "from"


def cases():
    out = []
    for way, policy, dst, src, family, leak in itertools.product(
            ("transit", "to", "from"), ("permit", "deny"),
            ("destination", "static", "none"),
            ("interface", "pool", "persistent", "none"), ("4", "6", "64"),
            (False, True)):
        # who imports what matters for ways back through the box only
        if possible(way, dst, family) and (
                not leak or way == "transit" and policy == "permit"):
            out.append(Case(way, policy, dst, src, family, leak,
                            len(out) + 2))
    return out


# ---- configuration ----

def nat_config(c, add):
    k, inner, outer = c.k, c.inner, c.outer
    if c.family == "64":
        add(f"nat static rule-set st{k} from zone C{k}")
        r = f"nat static rule-set st{k} rule st{k} "
        add(r + "match destination-address 64:ff9b::/96")
        add(r + "then static-nat inet")
    elif c.dst != "none":
        kind, short = ("static", "st") if c.dst == "static" else (
            "destination", "d")
        add(f"nat {kind} rule-set {short}{k} from " +
            (f"routing-instance S{k}" if c.way == "from" else f"zone C{k}"))
        r = f"nat {kind} rule-set {short}{k} rule {short}{k} "
        add(r + f"match destination-address {PUBLIC[inner]}/{LEN[inner]}")
        if c.dst == "static":
            add(r + f"then static-nat prefix {c.target}/{LEN[inner]}")
        else:
            add(r + f"then destination-nat pool d{k}")
            add(f"nat destination pool d{k} address {c.target}/{LEN[inner]}" +
                (" port 8080" if c.way == "transit" else ""))
    if c.src == "none":
        return
    zone = "junos-host" if c.way == "from" else f"C{k}"
    add(f"nat source rule-set s{k} from zone {zone}")
    add(f"nat source rule-set s{k} to zone O{k}")
    r = f"nat source rule-set s{k} rule s{k} "
    add(r + f"match source-address {ANY[inner]}")
    if c.src == "interface":
        add(r + "then source-nat interface")
        return
    add(f"nat source pool s{k} address {c.pool}/{LEN[outer]}")
    add(f"nat source pool s{k} port range {POOL_PORTS[0]} to {POOL_PORTS[1]}")
    add(r + f"then source-nat pool s{k}" +
        (" persistent-nat permit any-remote-host"
         if c.src == "persistent" else ""))


def case_config(c, add):
    k = c.k
    for port, net in ((0, INSIDE), (1, OUTSIDE)):
        i = f"interfaces ge-0/0/{port} unit {k} "
        add(i + f"vlan-id {k}")
        add(i + f"family inet address {net[4]}/24")
        add(i + f"family inet6 address {net[6]}/64")
    for inst, zone, port, other in (("T", "C", 0, "S"), ("S", "O", 1, "T")):
        i = f"routing-instances {inst}{k} "
        add(i + "instance-type virtual-router")
        add(i + f"interface ge-0/0/{port}.{k}")
        if inst == "T" or c.leak:
            add(i + f"routing-options instance-import {other}{k}")
            p = f"policy-options policy-statement {other}{k} "
            add(p + f"from instance {other}{k}")
            add(p + "then accept")
        add(f"security zones security-zone {zone}{k} interfaces "
            f"ge-0/0/{port}.{k}")
    add(f"security zones security-zone C{k} host-inbound-traffic "
        "system-services ping")
    here, there = {"transit": (f"C{k}", f"O{k}"),
                   "to": (f"C{k}", "junos-host"),
                   "from": ("junos-host", f"O{k}")}[c.way]
    p = f"security policies from-zone {here} to-zone {there} policy p{k} "
    add(p + "match source-address any destination-address any application any")
    add(p + f"then {c.policy}")
    nat_config(c, lambda line: add("security " + line))


def config(all_cases):
    lines = ["interfaces ge-0/0/0 vlan-tagging",
             "interfaces ge-0/0/1 vlan-tagging"]
    for c in all_cases:
        case_config(c, lines.append)
    return "".join(f"set {line}\n" for line in lines)


# ---- packets ----

def packet(family, proto, src, dst, sport, dport, data, reply=False, ttl=64,
           ident=77, df=False):
    """Its bytes. ICMP: echo with identifier sport; a reply's is dport."""
    if family == 4:
        p = IP(src=src, dst=dst, ttl=ttl, id=ident, flags="DF" if df else 0)
    else:
        p = IPv6(src=src, dst=dst, hlim=ttl)
    if proto == "udp":
        p /= UDP(sport=sport, dport=dport)
    elif proto == "tcp":
        p /= TCP(sport=sport, dport=dport, seq=2000 if reply else 1000,
                 ack=1001 if reply else 0, flags="SA" if reply else "S")
        data = b""
    elif family == 4:
        p /= ICMP(type=0 if reply else 8, id=dport if reply else sport, seq=9)
    else:
        kind = ICMPv6EchoReply if reply else ICMPv6EchoRequest
        p /= kind(id=dport if reply else sport, seq=9)
    return raw(p / data)


def payload(c, proto, way):
    return f"{way} {proto} of case {c.k} of the matrix".encode()


def request(c, proto):
    """As the client sends it."""
    return packet(c.inner, proto, CLIENT[c.inner], c.addressed, SPORT, DPORT,
                  payload(c, proto, "request"))


def request_out(c, proto, port, ident):
    """As the server gets it, from source port `port`."""
    return packet(c.outer, proto, source(c), c.target, port, c.dport,
                  payload(c, proto, "request"), ttl=63, ident=ident)


def reply(c, proto, port):
    """As the server answers."""
    return packet(c.outer, proto, c.target, source(c), c.dport, port,
                  payload(c, proto, "reply"), reply=True)


def reply_out(c, proto, header):
    """As the client gets it; header: NAT64 tells that the sender allows
    fragments (default; `natv6v4 no-v6-frag-header` is RFC 7915)."""
    p = packet(c.inner, proto, c.addressed, CLIENT[c.inner], DPORT, SPORT,
               payload(c, proto, "reply"), reply=True, ttl=63)
    if c.family == "64" and header:
        rest = IPv6ExtHdrFragment(nh=p[6], id=77) / p[40:]
        whole = IPv6(p[:40]) / raw(rest)
        whole.nh, whole.plen = 44, len(rest)
        p = raw(whole)[:40] + raw(rest)
    return p


def source(c):
    if c.src == "none":
        return (OUTSIDE if c.way == "from" else CLIENT)[c.outer]
    return OUTSIDE[c.outer] if c.src == "interface" else c.pool


# ---- what should happen ----

def refused(c):
    """The reason of the drop; None: it passes."""
    if c.family == "64" and c.way == "to":
        return "nat-family"  # the box could not answer: no policy is asked
    if c.policy == "deny":
        return "policy-deny"
    if c.family == "64" and c.src == "none":
        return "nat-family"  # an IPv6 source, an IPv4 destination
    return None


def policy_hits(c, n):
    """Of n first packets."""
    return 0 if c.family == "64" and c.way == "to" else n


def port_fits(c, port):
    if c.src == "none":
        return port == SPORT
    if c.src == "interface":
        return port >= 1024
    return POOL_PORTS[0] <= port <= POOL_PORTS[1]


def comes_back(c, packet_mode):
    """Is there a route of the reply? In flow mode it is looked up where the
    client is [RR-1], in packet mode where the server is [RR-2]."""
    return not packet_mode or c.leak


def hits(c, kind, n):
    """(first packets that meet the rule, sessions) of n first packets."""
    ok = 0 if refused(c) else n
    if kind == "source":  # after the policy
        return (ok, ok)
    return (n, ok)
