# SPDX-License-Identifier: Apache-2.0
"""A vrflowd whose two ports are TAP devices that this process holds: frames go
in and come out as bytes, tags included, and every neighbour answers."""
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("VRFLOW_BUILD", os.path.join(TOP, "build"))

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
SIOCGIFHWADDR = 0x8927
ARP, IP4, IP6, TAG = 0x0806, 0x0800, 0x86DD, 0x8100
HOST_MAC = bytes.fromhex("0200000000aa")


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def run(*words):
    p = subprocess.run(words, text=True, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    if p.returncode != 0:
        raise AssertionError(f"{words}: {p.stdout}")
    return p.stdout


class Tap:
    """One port; frames that are not about neighbours wait in self.got as
    (tag, ethertype, bytes behind it)."""

    def __init__(self, name):
        with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w",
                  encoding="ascii") as f:
            f.write("1")
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack(
            "16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        run("ip", "link", "set", name, "txqueuelen", "100000", "mtu", "1518",
            "up")
        with socket.socket() as s:
            self.mac = fcntl.ioctl(s, SIOCGIFHWADDR, struct.pack(
                "40s", name.encode()))[18:24]
        self.got = []

    def send(self, tag, kind, packet, to=None):
        frame = (to or self.mac) + HOST_MAC
        if tag:
            frame += struct.pack("!HH", TAG, tag)
        os.write(self.fd, frame + struct.pack("!H", kind) + packet)

    def pump(self):
        """Takes in what is there; true if there was something."""
        some = False
        while True:
            try:
                frame = os.read(self.fd, 65536)
            except BlockingIOError:
                return some
            some = True
            kind, at, tag = struct.unpack_from("!H", frame, 12)[0], 14, 0
            if kind == TAG:
                tag, kind = struct.unpack_from("!HH", frame, 14)
                at, tag = 18, tag & 0xFFF
            self._frame(tag, kind, frame[at:])

    def _frame(self, tag, kind, packet):
        if kind == ARP:
            if packet[6:8] == b"\0\1" and packet[14:18] != packet[24:28]:
                self.send(tag, ARP, packet[:6] + b"\0\2" + HOST_MAC +
                          packet[24:28] + packet[8:18])
        elif kind == IP6 and packet[6] == 58 and packet[40] in range(130, 138) \
                or kind == IP6 and packet[6] == 0:
            if packet[40] == 135 and packet[8:24] != bytes(16):
                self._advertise(tag, packet)
        elif kind in (IP4, IP6):
            self.got.append((tag, kind, packet))

    def _advertise(self, tag, asked):
        target, to = asked[48:64], asked[8:24]
        body = b"\x88\0\0\0\x60\0\0\0" + target + b"\2\1" + HOST_MAC
        c = checksum(target + to + struct.pack("!II", len(body), 58) + body)
        body = body[:2] + struct.pack("!H", c) + body[4:]
        self.send(tag, IP6, struct.pack("!IHBB", 6 << 28, len(body), 58, 255)
                  + target + to + body)


class Box:
    def __init__(self, config, *args):
        self.dir = tempfile.mkdtemp(prefix="vrflow-nat-")
        self.sock = os.path.join(self.dir, "sock")
        self.args = args
        self.daemon = None
        self.config = config

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: exit(143))
        try:
            self.taps = [Tap("ge-0-0-0"), Tap("ge-0-0-1")]
            with open(f"{self.dir}/box.conf", "w", encoding="ascii") as f:
                f.write(self.config)
            out = open(f"{self.dir}/out", "w", encoding="utf8")
            self.daemon = subprocess.Popen(
                [f"{BUILD}/vrflowd", "-f", "-c", f"{self.dir}/box.conf", "-s",
                 self.sock, *self.args], stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL)
            out.close()
            self.wait_for("ready", 120, self._ready)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.terminate()
            try:
                self.daemon.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
        run("rm", "-rf", self.dir)

    def log(self):
        with open(f"{self.dir}/out", encoding="utf8") as f:
            return f.read()

    def _ready(self):
        if self.daemon.poll() is not None:
            raise AssertionError("vrflowd ended: " + self.log())
        return "ready" in self.log().split("\n")

    def pump(self, timeout=0.0):
        ready, _, _ = select.select([t.fd for t in self.taps], [], [], timeout)
        return any([t.pump() for t in self.taps if t.fd in ready])

    def wait_for(self, what, seconds, test):
        """Answers neighbours until test() is true; its value."""
        end = time.monotonic() + seconds
        while True:
            value = test()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s in vain: {what}")
            self.pump(0.02)

    def take(self):
        """Everything that came out, by port."""
        got = [t.got for t in self.taps]
        for t in self.taps:
            t.got = []
        return got

    def cli(self, *commands, check=True):
        words = [w for c in commands for w in ("-c", c)]
        p = subprocess.Popen([f"{BUILD}/vrflow", "-s", self.sock, *words],
                             text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        out = ""
        os.set_blocking(p.stdout.fileno(), False)
        while True:  # a ping of the box wants its neighbour meanwhile
            self.pump(0.01)
            try:
                chunk = os.read(p.stdout.fileno(), 1 << 20)
            except BlockingIOError:
                continue
            if not chunk:
                break
            out += chunk.decode("utf8", "replace")
        if p.wait() != 0 and check:
            raise AssertionError(f"{commands}: {p.returncode}\n{out}")
        return out

    def commit(self, *statements, check=True):
        return self.cli("configure", *statements, "commit", check=check)

    def show(self, command):
        return json.loads(self.cli(command + " | display json"))

    def resident_kb(self):
        with open(f"/proc/{self.daemon.pid}/status", encoding="ascii") as f:
            return int([x for x in f if x.startswith("VmRSS")][0].split()[1])


def elements(tree, name):
    """All elements of that name in a JSON answer."""
    found = []
    if isinstance(tree, dict):
        for k, v in tree.items():
            if k == name:
                found += v
            else:
                found += elements(v, name)
    elif isinstance(tree, list):
        for v in tree:
            found += elements(v, name)
    return found


def leaf(element, name, default=None):
    v = element.get(name)
    if not v:
        return default
    v = v[0].get("data", "")
    return int(v) if v.isdigit() else v


def address(text):
    kind = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(kind, text)
