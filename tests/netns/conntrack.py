#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same TCP segments through Linux conntrack and through vrflow.

conntrack.py KERNEL0 KERNEL1 VRFLOW0 VRFLOW1 [SEQUENCES [SEED]]

Each pair of devices leads to the two sides of a box that lets 198.51.100.2
open connections to 192.0.2.2. Random connections, most of them with segments
that do not belong, are sent segment by segment into both boxes; behind each
goes a datagram that both let through, so what has not come out before it has
been dropped. A sequence ends where the boxes disagree: every such place must
be one of REASONS, which say why vrflow is right. docs/behaviour/conntrack.md
explains them.
"""
import random
import select
import socket
import struct
import sys

A, B = "198.51.100.2", "192.0.2.2"
GATEWAY = {A: "198.51.100.1", B: "192.0.2.1"}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ETH_P_ALL = 3


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def ip_packet(src, dst, protocol, payload, ident=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident,
                       0x4000, 64, protocol, 0, socket.inet_aton(src),
                       socket.inet_aton(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def with_checksum(src, dst, protocol, segment, at):
    pseudo = (socket.inet_aton(src) + socket.inet_aton(dst) +
              struct.pack("!BBH", 0, protocol, len(segment)))
    value = checksum(pseudo + segment)
    return segment[:at] + struct.pack("!H", value) + segment[at + 2:]


class Side:
    """One device of the tester: an Ethernet station with one address."""

    def __init__(self, device, address):
        self.address = address
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                  socket.htons(ETH_P_ALL))
        self.sock.bind((device, ETH_P_ALL))
        self.sock.setblocking(False)
        self.mac = self.sock.getsockname()[4]
        self.box = None

    def send_ip(self, packet):
        self.sock.send(self.box + self.mac + b"\x08\0" + packet)

    def ask(self):
        self.sock.send(b"\xff" * 6 + self.mac + b"\x08\x06" + struct.pack(
            "!HHBBH", 1, 0x800, 6, 4, 1) + self.mac +
            socket.inet_aton(self.address) + bytes(6) +
            socket.inet_aton(GATEWAY[self.address]))

    def receive(self):
        """The IP packets that have come; ARP is answered here."""
        out = []
        while True:
            try:
                frame, sender = self.sock.recvfrom(2048)
            except BlockingIOError:
                return out
            if sender[2] == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == b"\x08\x06":
                self.arp(frame)
            elif frame[12:14] == b"\x08\0" and frame[:6] == self.mac:
                out.append(frame[14:])

    def arp(self, frame):
        operation = struct.unpack("!H", frame[20:22])[0]
        if frame[28:32] == socket.inet_aton(GATEWAY[self.address]):
            self.box = frame[22:28]
        if operation == 1 and frame[38:42] == socket.inet_aton(self.address):
            self.sock.send(frame[22:28] + self.mac + b"\x08\x06" +
                           frame[14:20] + b"\0\x02" + self.mac +
                           frame[38:42] + frame[22:32])


class Box:
    def __init__(self, name, device_a, device_b):
        self.name = name
        self.sides = {A: Side(device_a, A), B: Side(device_b, B)}
        self.mark = 0

    def ready(self):
        """Until datagrams pass both ways; both learn each other's address."""
        for _ in range(100):
            for side in self.sides.values():
                if side.box is None:
                    side.ask()
            select.select([s.sock for s in self.sides.values()], [], [], 0.05)
            for side in self.sides.values():
                side.receive()
            if all(s.box for s in self.sides.values()):
                if all(self.passed(self.post(s, b""), 0.1) is not None
                       for s in (A, B)):
                    return
        raise SystemExit("%s does not forward" % self.name)

    def post(self, source, segment):
        """Send a segment, and the datagram behind it."""
        side = self.sides[source]
        dest = B if source == A else A
        self.mark += 1
        if segment:
            side.send_ip(segment)
        data = struct.pack("!HHHHI", 7, 7, 12, 0, self.mark)
        side.send_ip(ip_packet(source, dest, 17, with_checksum(
            source, dest, 17, data, 6)))
        return dest

    def passed(self, dest, limit=5.0):
        """Did a segment come out before the datagram? None: neither did."""
        side, seen = self.sides[dest], False
        other = self.sides[A if dest == B else B]
        while select.select([side.sock], [], [], limit)[0]:
            for packet in side.receive():
                if packet[9] == 6:
                    seen = True
                elif (packet[9] == 17 and
                      struct.unpack("!I", packet[28:32])[0] == self.mark):
                    other.receive()
                    return seen
        return None


class Connection:
    """What two ends know; makes segments that are right, and others."""

    def __init__(self, rnd, port):
        self.rnd, self.port = rnd, port
        self.next = {A: rnd.getrandbits(32), B: rnd.getrandbits(32)}
        self.first = dict(self.next)
        self.window = {A: rnd.choice((1024, 8192, 65535)),
                       B: rnd.choice((1024, 8192, 65535))}
        self.scale = {A: rnd.choice((None, 0, 2, 7)), B: None}
        if self.scale[A] is not None:
            self.scale[B] = rnd.choice((None, 0, 3, 7))
        self.sent = {A: 0, B: 0}  # flags seen from each side
        self.acked = dict(self.next)  # what the other side has taken
        self.disturbed = None  # the accident that may have changed it
        self.history = []

    def other(self, side):
        return B if side == A else A

    def segment(self, side, flags, seq, ack, data=0, note="right"):
        options = b""
        window = self.window[side]
        if flags & SYN:
            options = struct.pack("!BBH", 2, 4, 1460)
            scale = self.scale[side]
            if scale is not None and (side == A or self.scale[A] is not None):
                options += struct.pack("!BBBB", 1, 3, 3, scale)
        if not flags & ACK:
            ack = 0
        ports = (self.port, 80) if side == A else (80, self.port)
        head = struct.pack("!HHIIBBHHH", *ports, seq % 2**32, ack % 2**32,
                           (5 + len(options) // 4) << 4, flags, window, 0, 0)
        dest = self.other(side)
        tcp = with_checksum(side, dest, 6, head + options + b"x" * data, 16)
        self.history.append("%s %s seq %+d ack %+d len %d win %d  %s" % (
            "A>B" if side == A else "B>A", names(flags),
            diff(seq, self.first[side]), diff(ack, self.first[dest]), data,
            window, note))
        return side, ip_packet(side, dest, 6, tcp), flags, note

    def right(self, side, flags, data=0):
        """What a correct end would send now; moves on."""
        seq, ack = self.next[side], self.next[self.other(side)]
        self.next[side] += data + bool(flags & SYN) + bool(flags & FIN)
        self.sent[side] |= flags
        self.acked[self.other(side)] = ack
        return self.segment(side, flags, seq, ack, data)

    def step(self):
        """The next segment of a life without accidents."""
        r = self.rnd
        if not self.sent[A] & SYN:
            return self.right(A, SYN)
        if not self.sent[B] & SYN:
            return self.right(B, SYN | ACK)
        if not self.sent[A] & ACK:
            return self.right(A, ACK)
        side = r.choice((A, B))
        if self.sent[side] & FIN:
            return self.right(side, ACK)
        what = r.random()
        if what < 0.15:
            return self.right(side, FIN | ACK)
        if what < 0.55:
            flight = diff(self.next[side], self.acked[side])
            room = min(self.window[self.other(side)] - flight, 1400)
            if room > 1:
                return self.right(side, ACK | PSH, r.randrange(1, room))
        return self.right(side, ACK)

    def accident(self):
        """A segment that does not belong, or comes again."""
        r = self.rnd
        side = r.choice((A, B))
        seq, ack = self.next[side], self.next[self.other(side)]
        kind = r.choice(("rst", "rst-far", "rst-near", "far-ahead",
                         "far-behind", "ack-ahead", "ack-behind", "again",
                         "keepalive", "syn", "syn-again", "syn-ack", "flags",
                         "probe"))
        if kind == "rst":
            return self.segment(side, RST, seq, 0, 0, kind)
        if kind == "rst-near":
            return self.segment(side, RST | ACK, seq + r.randrange(1, 500),
                                ack, 0, kind)
        if kind == "rst-far":
            return self.segment(side, RST, seq + 2**30, 0, 0, kind)
        if kind == "far-ahead":
            return self.segment(side, ACK, seq + 2**29, ack, 100, kind)
        if kind == "far-behind":
            return self.segment(side, ACK, seq - 2**29, ack, 100, kind)
        if kind == "ack-ahead":
            return self.segment(side, ACK, seq, ack + 100000, 0, kind)
        if kind == "ack-behind":
            return self.segment(side, ACK, seq, ack - 2**28, 0, kind)
        if kind == "again":
            return self.segment(side, ACK, seq - 1, ack, 1, kind)
        if kind == "keepalive":
            return self.segment(side, ACK, seq - 1, ack, 0, kind)
        if kind == "probe":
            return self.segment(side, ACK, seq, ack, 1, kind)
        if kind == "syn":
            return self.segment(side, SYN, seq + 10**6, 0, 0, kind)
        if kind == "syn-again":
            return self.segment(side, SYN, self.first[side], 0, 0, kind)
        if kind == "syn-ack":
            return self.segment(side, SYN | ACK, self.first[side], ack, 0,
                                kind)
        return self.segment(side, r.choice((0, FIN, SYN | FIN, SYN | RST,
                                            FIN | PSH | 32)), seq, ack, 0,
                            kind)

    def phase(self):
        if self.disturbed:
            return "after-" + self.disturbed
        if self.sent[A] & FIN and self.sent[B] & FIN:
            return "closed"
        if (self.sent[A] | self.sent[B]) & FIN:
            return "closing"
        if self.sent[A] & ACK:
            return "open"
        if self.sent[B] & SYN:
            return "syn-ack"
        return "syn" if self.sent[A] & SYN else "none"


def names(flags):
    words = [n for b, n in ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"),
                            (PSH, "PSH"), (ACK, "ACK"), (32, "URG"))
             if flags & b]
    return ",".join(words) or "none"


def diff(a, b):
    d = (a - b) % 2**32
    return d - 2**32 if d >= 2**31 else d


# What may open, renew or end a connection: what comes behind it is looked at
# for three segments.
CHANGES = ("rst", "rst-near", "rst-far", "syn", "syn-again", "syn-ack", "flags")

EARLY = "ack-ahead ack-behind again far-ahead far-behind keepalive probe"
RESET = "after-rst after-rst-near after-rst-far"
SYNS = "after-syn after-syn-again after-syn-ack"

# (phases, kinds, side, vrflow passes it, reason); "*" is any. The first that
# fits counts. docs/behaviour/conntrack.md says more about each.
REASONS = [
    ("*", "far-behind ack-behind", "*", False,
     "old: half of all numbers are behind; two windows are enough [FL-31]"),
    ("*", "rst-far rst-near", "*", False,
     "a reset outside the window ends nothing and is not passed on [FL-34]"),
    ("*", "rst", "B", False,
     "a reset that answers a SYN must acknowledge it [FL-34]"),
    ("syn " + SYNS, EARLY, "A", True,
     "before the SYN-ACK the client may say anything, unless "
     "strict-syn-check [FL-30]"),
    ("*", "syn-ack", "A", False,
     "the side that opened sends no SYN-ACK, unless both opened [FL-32]"),
    ("*", "syn syn-again", "B", True,
     "a SYN of the server inside the window: the client challenges it "
     "[FL-34]"),
    (RESET, "*", "*", True,
     "a session that was reset lingers for 2 s; its ends know better "
     "[FL-30]"),
    ("closed " + SYNS, "*", "*", True,
     "a SYN that nobody has answered ends and changes nothing [FL-32]"),
    (SYNS, "*", "A", False,
     "the client's ACK must acknowledge the SYN-ACK [FL-31]"),
    (SYNS, "syn syn-again", "B", False,
     "a second SYN of the server with other numbers than its first "
     "[FL-32]"),
    ("*", "syn-ack", "B", False,
     "a SYN-ACK again, after its numbers are long past [FL-31]"),
    (SYNS, "right", "B", False,
     "of a client's SYNs with different numbers the first and the last are "
     "remembered [FL-32]"),
    (RESET, "*", "B", False,
     "a SYN behind a reset begins a new session; the old one's segments do "
     "not fit [FL-30]"),
    (SYNS, EARLY, "B", False,
     "outside the window that the handshake has set [FL-31]"),
]


def explain(phase, note, side, ours):
    for phases, kinds, who, passes, reason in REASONS:
        if ((phases == "*" or phase in phases.split()) and
                (kinds == "*" or note in kinds.split()) and
                who in ("*", "A" if side == A else "B") and passes == ours):
            return reason
    return None


def run(boxes, rnd, port):
    """One connection; what they disagreed on, or None, and how far it got."""
    kernel, vrflow = boxes
    c = Connection(rnd, port)
    left = 0
    for n in range(rnd.randrange(4, 24)):
        phase = c.phase()
        odd = rnd.random() < 0.25
        side, packet, flags, note = c.accident() if odd else c.step()
        dests = [box.post(side, packet) for box in boxes]
        verdicts = [box.passed(d) for box, d in zip(boxes, dests)]
        if None in verdicts:
            raise SystemExit("no datagram came through " + " and ".join(
                b.name for b, v in zip(boxes, verdicts) if v is None))
        c.history[-1] += "  kernel %s, vrflow %s" % tuple(
            "passes" if v else "drops" for v in verdicts)
        if verdicts[0] != verdicts[1]:
            return (phase, note, side, verdicts[1]), c.history, n + 1
        if not verdicts[0] and note == "right":
            return None, c.history, n + 1  # both have given it up
        if verdicts[0] and note in CHANGES and c.disturbed is None:
            c.disturbed = note
            left = 3
        elif c.disturbed is not None:
            left -= 1
            if left == 0:
                break
    return None, c.history, n + 1


def main():
    kernel = Box("conntrack", sys.argv[1], sys.argv[2])
    vrflow = Box("vrflow", sys.argv[3], sys.argv[4])
    sequences = int(sys.argv[5]) if len(sys.argv) > 5 else 500
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else 1
    segments, bad, reasons, classes = 0, 0, {}, {}
    for box in (kernel, vrflow):
        box.ready()
    for i in range(sequences):
        found, history, n = run((kernel, vrflow), random.Random(
            seed * 1000003 + i), 1024 + i % 60000)
        segments += n
        if found is None:
            continue
        reason = explain(*found)
        if reason is not None:
            reasons[reason] = reasons.get(reason, 0) + 1
            continue
        bad += 1
        where = found[:2] + ("A" if found[2] == A else "B", found[3])
        classes[where] = classes.get(where, 0) + 1
        if classes[where] == 1:
            print("disagreement without a reason, sequence %d: %s" % (
                i, found[:2] + ("A" if found[2] == A else "B",
                                "vrflow passes" if found[3] else
                                "vrflow drops")))
            print("".join("    %s\n" % h for h in history))
    print("%d connections, %d segments, %d disagreements with a reason, "
          "%d without" % (sequences, segments, sum(reasons.values()), bad))
    for where, n in sorted(classes.items()):
        print("%6d  ? %s" % (n, where))
    for reason, n in sorted(reasons.items()):
        print("%6d  %s" % (n, reason))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
