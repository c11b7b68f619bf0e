#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every NAT feature with every other: what model.py expects, of a vrflowd
between two TAP devices, byte by byte. Prints a line for each set of checks."""
import collections
import os
import struct
import subprocess
import time

import model
from wire import BUILD, IP4, IP6, Box, address, elements, leaf

problems = []


def expect(c, what, got, want):
    if got == want:
        return
    if isinstance(got, list) and len(got) == len(want):  # what differs
        got, want = zip(*[(g, w) for g, w in zip(got, want) if g != w])
    problems.append(f"{c.name()}: {what}:\n  got  {got}\n  want {want}")


def kind_of(family):
    return IP4 if family == 4 else IP6


def parse(packet):
    """(protocol, source port, or an ICMP echo's identifier)"""
    at, proto = (20, packet[9]) if packet[0] >> 4 == 4 else (40, packet[6])
    if proto == 44:
        at, proto = 48, packet[40]
    if proto in (1, 58):
        return "icmp", struct.unpack_from("!H", packet, at + 4)[0]
    return ("tcp" if proto == 6 else "udp",
            struct.unpack_from("!H", packet, at)[0])


def by_tag(frames):
    out = collections.defaultdict(list)
    for tag, _, packet in frames:
        out[tag].append(packet)
    return out


def settle(box, port, count):
    """Until `count` frames have come, and then none for a moment."""
    end = time.monotonic() + 20
    while len(box.taps[port].got) < count and time.monotonic() < end:
        box.pump(0.1)
    while box.pump(0.3):
        pass
    got = box.take()
    return by_tag(got[port]), by_tag(got[1 - port])


def compare(c, what, packets, want):
    """packets and want: {proto: bytes}"""
    expect(c, f"{what}: count", len(packets), len(want))
    got = {parse(p)[0]: p for p in packets}
    for proto, bytes_ in want.items():
        if proto in got:
            expect(c, f"{what} {proto}", got[proto].hex(), bytes_.hex())


def ident_of(c, packet):
    """Between the families a router makes up the identification (RFC 7915
    5.1); within one it stays."""
    if c.family == "64" and packet[0] >> 4 == 4:
        return struct.unpack_from("!H", packet, 4)[0]
    return 77


def requests(box, cases):
    """Sends every transit case's first packets; the ports that they got."""
    going = [c for c in cases if c.way == "transit"]
    for c in going:
        for proto in model.PROTOS:
            box.taps[0].send(c.k, kind_of(c.inner), model.request(c, proto))
        box.pump()
    passing = [c for c in going if not model.refused(c)]
    out, back = settle(box, 1, 3 * len(passing))
    ports = {}
    for c in going:
        expect(c, "answers to the client", back[c.k], [])
        want = {}
        for p in out[c.k]:
            proto, port = parse(p)
            ports[c.k, proto] = port
            expect(c, f"port {port} of {proto}", model.port_fits(c, port),
                   True)
            want[proto] = model.request_out(c, proto, port, ident_of(c, p))
        compare(c, "request", out[c.k],
                want if not model.refused(c) else {})
        expect(c, "protocols that passed", len(want),
               0 if model.refused(c) else 3)
    return ports


def replies(box, cases, ports, packet_mode):
    passing = [c for c in cases if c.way == "transit" and
               not model.refused(c)]
    for c in passing:
        for proto in model.PROTOS:
            if (c.k, proto) in ports:
                box.taps[1].send(c.k, kind_of(c.outer),
                                 model.reply(c, proto, ports[c.k, proto]))
        box.pump()
    back = [c for c in passing if model.comes_back(c, packet_mode)]
    out, told = settle(box, 0, 3 * len(back))
    for c in passing:
        expect(c, "answers to the server", told[c.k], [])
        compare(c, "reply", out[c.k], {
            proto: model.reply_out(c, proto, not packet_mode) for proto in model.PROTOS
        } if model.comes_back(c, packet_mode) else {})


def to_the_box(box, cases):
    going = [c for c in cases if c.way == "to"]
    for c in going:
        box.taps[0].send(c.k, kind_of(c.inner), model.request(c, "icmp"))
        box.pump()
    answered = [c for c in going if not model.refused(c)]
    out, other = settle(box, 0, len(answered))
    for c in going:
        expect(c, "at the server", other[c.k], [])
        want = []
        if not model.refused(c):
            got = out[c.k][0] if out[c.k] else bytes(40)
            ident, ttl = ((struct.unpack_from("!H", got, 4)[0], got[8])
                          if c.inner == 4 else (0, got[7]))
            df = c.inner == 4 and bool(got[6] & 0x40)
            expect(c, "hop limit of the answer", ttl in (64, 255), True)
            want = [model.packet(
                c.inner, "icmp", c.addressed, model.CLIENT[c.inner], 0,
                model.SPORT, model.payload(c, "icmp", "request"), True, ttl,
                ident, df).hex()]
        expect(c, "answer", [p.hex() for p in out[c.k]], want)


def answer_ping(box, c, request):
    """The server's answer to a ping of the box, which left translated."""
    proto, ident = parse(request)
    at, family = (20, 4) if request[0] >> 4 == 4 else (40, 6)
    seq = struct.unpack_from("!H", request, at + 6)[0]
    addresses = (request[12:16], request[16:20]) if family == 4 else (
        request[8:24], request[24:40])
    expect(c, "ping from the box: family, protocol", (family, proto),
           (c.outer, "icmp"))
    expect(c, "ping from the box: addresses", addresses,
           (address(model.source(c)), address(c.target)))
    if c.src in ("pool", "persistent"):
        expect(c, f"identifier {ident} of the ping",
               model.port_fits(c, ident), True)
    made = model.packet(
        family, "icmp", model.source(c), c.target, ident, 0,
        request[at + 8:], ttl=request[8] if family == 4 else request[7],
        ident=struct.unpack_from("!H", request, 4)[0],
        df=family == 4 and bool(request[6] & 0x40))
    expect(c, "ping: all but sequence and checksum",
           (request[:10] + request[12:at + 2] + request[at + 8:]).hex(),
           (made[:10] + made[12:at + 2] + made[at + 8:]).hex())
    back = bytearray(model.packet(family, "icmp", c.target, model.source(c), 0,
                                  ident, request[at + 8:], True))
    c16 = struct.unpack_from("!H", back, at + 2)[0] + 9 + (~seq & 0xFFFF)
    while c16 >> 16:  # RFC 1624: sequence 9 becomes seq
        c16 = (c16 & 0xFFFF) + (c16 >> 16)
    struct.pack_into("!H", back, at + 2, c16)
    struct.pack_into("!H", back, at + 6, seq)
    box.taps[1].send(c.k, kind_of(family), bytes(back))


def from_the_box(box, cases):
    going = [c for c in cases if c.way == "from"]
    for i in range(0, len(going), 16):  # the box runs so many at a time
        pings_of(box, going[i:i + 16])


def pings_of(box, going):
    pings = {c.k: subprocess.Popen(
        [f"{BUILD}/vrflow", "-s", box.sock, "-c",
         f"ping {c.addressed} routing-instance S{c.k} count 1 wait 2"],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for c in going}
    case = {c.k: c for c in going}
    seen = collections.Counter()
    end = time.monotonic() + 60
    while any(p.poll() is None for p in pings.values()):
        assert time.monotonic() < end, "pings do not end"
        box.pump(0.05)
        for tag, _, packet in box.take()[1]:
            if tag in case:
                seen[tag] += 1
                answer_ping(box, case[tag], packet)
    for c in going:
        text = pings[c.k].communicate()[0]
        ok = not model.refused(c)
        expect(c, "pings at the server", seen[c.k], 1 if ok else 0)
        expect(c, f"ping says {text}", ", 0% packet loss" in text, ok)


# ---- what the box says about it ----

def wing(element):
    return {name: leaf(element, name) for name in (
        "source-address", "source-port", "destination-address",
        "destination-port", "protocol", "interface-name", "pkt-cnt",
        "byte-cnt")}


def wing_expected(src, sport, dst, dport, proto, family, ifl, packets, size):
    if proto == "icmp":
        proto = "icmp" if family == 4 else "icmp6"
    return dict(zip(("source-address", "source-port", "destination-address",
                     "destination-port", "protocol", "interface-name",
                     "pkt-cnt", "byte-cnt"),
                    (src, sport, dst, dport, proto, ifl, packets,
                     packets * size)))


def canonical(w):
    for name in ("source-address", "destination-address"):
        w[name] = address(w[name])
    return w


def sessions(box, cases, ports, packet_mode):
    by_policy = collections.defaultdict(list)
    for s in elements(box.show("show security flow session"), "flow-session"):
        if leaf(s, "policy"):
            by_policy[leaf(s, "policy").split("/")[0]].append(
                [canonical(wing(w)) for w in s["flow-information"]])
    for c in cases:
        if c.way != "transit":
            continue
        want = []
        for proto in model.PROTOS if not model.refused(c) else ():
            port = ports.get((c.k, proto), 0)
            # an echo's identifier stands for the client's port
            there = (model.SPORT, 9 if proto == "icmp" else model.DPORT)
            back = (9 if proto == "icmp" else c.dport, port)
            want.append([canonical(w) for w in (
                wing_expected(model.CLIENT[c.inner], there[0], c.addressed,
                              there[1], proto, c.inner, f"ge-0/0/0.{c.k}", 1,
                              len(model.request(c, proto))),
                wing_expected(c.target, back[0], model.source(c), back[1],
                              proto, c.outer, f"ge-0/0/1.{c.k}",
                              int(model.comes_back(c, packet_mode)),
                              len(model.reply(c, proto, port))))])
        got = sorted(by_policy[f"p{c.k}"], key=str)
        expect(c, "sessions", got, sorted(want, key=str))


def counters(box, cases, before):
    """Policies, NAT rules and drops count what happened since `before`."""
    hits = {leaf(e, "policy-hit-count-policy-name"):
            leaf(e, "policy-hit-count-count") for e in elements(
                box.show("show security policies hit-count"),
                "policy-hit-count-entry")}
    rules = {}
    for kind in ("source", "destination", "static"):
        for e in elements(box.show(f"show security nat {kind} rule all"),
                          f"{kind}-nat-rule-entry"):
            h = (elements(e, "nat-rule-hits-entry") or [e])[0]
            rules[leaf(e, "rule-name")] = (leaf(h, "rule-translation-hits"),
                                           leaf(h, "succ-hits"))
    drops = collections.Counter()
    for line in box.cli("show security flow drops").splitlines():
        words = line.split()
        if len(words) > 1 and words[1].isdigit():
            drops[words[0]] = int(words[1])
    now = {"hits": hits, "rules": rules, "drops": drops}
    if before is None:
        return now
    want_drops = collections.Counter()
    for c in cases:
        n = 3 if c.way == "transit" else 1
        if model.refused(c):
            want_drops[model.refused(c)] += n
        name = f"p{c.k}"
        expect(c, "policy hits", hits[name] - before["hits"][name],
               model.policy_hits(c, n))
        for kind, rule in (("source", f"s{c.k}"), ("destination", f"d{c.k}"),
                           ("static", f"st{c.k}")):
            if rule in rules and not (kind == "source" and c.way == "to"):
                got = tuple(a - b for a, b in zip(
                    rules[rule], before["rules"][rule]))
                expect(c, f"hits of {kind} rule", got, model.hits(c, kind, n))
            elif rule in rules:
                expect(c, "hits of a source rule", rules[rule], (0, 0))
    for reason, n in want_drops.items():
        got = drops[reason] - before["drops"][reason]
        if got != n:
            problems.append(f"drops by {reason}: {got}, not {n}")
    return now


def refused_commits(box):
    """[NA-13] NAT64 by destination NAT."""
    out = box.commit(
        "set security nat destination pool bad address 192.0.2.2/32",
        "set security nat destination rule-set bad from zone C2",
        "set security nat destination rule-set bad rule bad match "
        "destination-address 64:ff9b::/96",
        "set security nat destination rule-set bad rule bad then "
        "destination-nat pool bad", check=False)
    box.cli("configure", "rollback 0", check=False)
    if "commit complete" in out:
        problems.append("an IPv4 pool for an IPv6 destination is accepted")


def main():
    cases = model.cases()
    with Box(model.config(cases), "-w", "1", "-m", "10000") as box:
        while box.pump(0.5):
            pass
        box.take()
        refused_commits(box)
        before = counters(box, cases, None)
        for packet_mode in (False, True):
            name = "packet" if packet_mode else "flow"
            if packet_mode:
                box.commit("set security flow advanced-options "
                           "reverse-route-packet-mode-vr",
                           "set security nat natv6v4 no-v6-frag-header")
                box.cli("clear security flow session all")
                box.cli("clear security nat source persistent-nat-table all")
                before = counters(box, cases, None)
            ports = requests(box, cases)
            replies(box, cases, ports, packet_mode)
            sessions(box, cases, ports, packet_mode)
            to_the_box(box, cases)
            from_the_box(box, cases)
            counters(box, cases, before)
            print(f"{name} mode: {len(cases)} cases, "
                  f"{len(problems)} differences so far")
    for kind, why in model.IMPOSSIBLE.items():
        print(f"left out: {kind}: {why}")
    if problems:
        limit = int(os.environ.get("NAT_MATRIX_SHOW", "20"))
        print("\n".join(problems[:limit]))
        raise SystemExit(1)


main()
