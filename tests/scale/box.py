# SPDX-License-Identifier: Apache-2.0
"""One vrflowd between two hosts, in network namespaces named by our pid.

    a eth0 ---- ge-0/0/0 [ box ] ge-0/0/1 ---- eth0 b
                               ge-0/0/2 ---- eth1

The box's devices are veth pairs named as vrflow looks for them. Everything
that was started or made is gone after close(), also after an exception.
"""
import json
import os
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("VRFLOW_BUILD", os.path.join(TOP, "build"))

HOSTS = {
    "a": ["addr add 192.0.2.2/25 dev eth0",
          "addr add 2001:db8:1::2/64 dev eth0 nodad",
          "route add default via 192.0.2.1",
          "-6 route add default via 2001:db8:1::1"],
    "b": ["addr add 198.51.100.2/24 dev eth0",
          "addr add 2001:db8:2::2/64 dev eth0 nodad",
          "addr add 203.0.113.2/24 dev eth1",
          "addr add 192.0.2.200/32 dev lo",
          "route add default via 198.51.100.1",
          "-6 route add default via 2001:db8:2::1"],
}


def run(*words, check=True, **kw):
    return subprocess.run(words, check=check, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kw)


def wait_for(what, seconds, test):
    """Until test() is true; its value. Raises when it never is."""
    end = time.monotonic() + seconds
    while True:
        value = test()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.05)


class Box:
    def __init__(self, config, *args):
        self.ns = f"vrf{os.getpid()}"
        self.dir = tempfile.mkdtemp(prefix="vrflow-")
        self.conf = os.path.join(self.dir, "box.conf")
        self.sock = os.path.join(self.dir, "sock")
        self.args = args
        self.procs = []
        self.daemon = None
        with open(self.conf, "w", encoding="ascii") as f:
            f.write(config)

    def __enter__(self):
        # killed or not: leave nothing behind
        signal.signal(signal.SIGTERM, lambda *_: exit(143))
        try:
            self._hosts()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc):
        self.close()

    def _hosts(self):
        for host in ("", "-a", "-b"):
            run("ip", "netns", "add", self.ns + host)
            run("ip", "-n", self.ns + host, "link", "set", "lo", "up")
        for dev, host, peer in (("ge-0-0-0", "a", "eth0"),
                                ("ge-0-0-1", "b", "eth0"),
                                ("ge-0-0-2", "b", "eth1")):
            run("ip", "link", "add", dev, "netns", self.ns, "type", "veth",
                "peer", "name", peer, "netns", f"{self.ns}-{host}")
            run("ip", "-n", f"{self.ns}-{host}", "link", "set", peer, "up")
            run("ip", "-n", self.ns, "link", "set", dev, "up")
        for host, commands in HOSTS.items():
            for c in commands:
                run("ip", "-n", f"{self.ns}-{host}", *c.split())

    def start(self, wait=True):
        """The daemon; with wait until it forwards."""
        out = open(os.path.join(self.dir, "out"), "w", encoding="utf8")
        self.daemon = subprocess.Popen(
            ["ip", "netns", "exec", self.ns, f"{BUILD}/vrflowd", "-f", "-c",
             self.conf, "-s", self.sock, *self.args],
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        out.close()
        if wait:
            wait_for("ready", 120, self.is_ready)

    def is_ready(self):
        if self.daemon.poll() is not None:
            raise AssertionError("vrflowd ended: " + self.log())
        return "ready" in self.log().split("\n")

    def log(self):
        with open(os.path.join(self.dir, "out"), encoding="utf8") as f:
            return f.read()

    def crash(self):
        """kill -9, as the kernel does when memory runs out."""
        self.daemon.kill()
        self.daemon.wait()

    def stop(self, sig=signal.SIGTERM):
        """Seconds that it took; the exit status is in self.status."""
        began = time.monotonic()
        self.daemon.send_signal(sig)
        self.status = self.daemon.wait(timeout=60)
        return time.monotonic() - began

    def spawn(self, host, *words, **kw):
        p = subprocess.Popen(
            ["ip", "netns", "exec", f"{self.ns}-{host}", *words],
            stdin=subprocess.DEVNULL, text=True, **kw)
        self.procs.append(p)
        return p

    def exec(self, host, *words, check=True):
        return run("ip", "netns", "exec", f"{self.ns}-{host}", *words,
                   check=check).stdout

    def link(self, *words):
        """ip link in the box's own namespace."""
        run("ip", "-n", self.ns, "link", *words)

    def device(self, dev, state):
        self.link("set", dev, state)

    def cli(self, *commands, check=True):
        words = [w for c in commands for w in ("-c", c)]
        p = subprocess.run([f"{BUILD}/vrflow", "-s", self.sock, *words],
                           text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, check=False)
        if check and p.returncode != 0:
            raise AssertionError(f"{commands}: {p.returncode}\n{p.stdout}"
                                 + self.log()[-4000:])
        return p.stdout

    def commit(self, *statements, check=True):
        return self.cli("configure", "rollback 0", *statements, "commit",
                        check=check)

    def _figures(self, command):
        """The leafs of an answer, as numbers where they are."""
        tree = json.loads(self.cli(command + " | display json"))
        found = {}

        def walk(node):
            for name, value in node.items():
                for v in value if isinstance(value, list) else []:
                    if isinstance(v, dict) and "data" in v:
                        d = v["data"]
                        found[name] = int(d) if d.isdigit() else d
                    elif isinstance(v, dict):
                        walk(v)
        walk(tree)
        return found

    def statistics(self):
        return self._figures("show security flow statistics")

    def sessions(self):
        return self._figures("show security flow session summary")

    def buffers(self):
        f = self._figures("show system buffers")
        return f["current-mbufs"] + f["current-jumbo-clusters"]

    def nat_ports(self):
        return self._figures("show security nat resource-usage source-pool "
                             "all").get("resource-usage-used", 0)

    def drops(self):
        text = self.cli("show security flow drops")
        return {line.split()[0]: line for line in text.splitlines()[1:] if line}

    def resident_kb(self):
        with open(f"/proc/{self.daemon.pid}/status", encoding="ascii") as f:
            return int([x for x in f if x.startswith("VmRSS")][0].split()[1])

    def memory_kb(self):
        """Resident kB: heap, and what is reserved at the start and touched as
        needed (packet buffers, session tables: they keep their high-water
        mark), and the rest."""
        kinds, size, name = {}, 0, ""
        with open(f"/proc/{self.daemon.pid}/smaps", encoding="ascii") as f:
            for line in f:
                words = line.split()
                if "-" in words[0] and not words[0].endswith(":"):
                    name = words[5] if len(words) > 5 else ""
                elif words[0] == "Size:":
                    size = int(words[1])
                elif words[0] == "Rss:":
                    kind = "heap" if name == "[heap]" else "reserved" \
                        if size >= 32768 else "rest"
                    kinds[kind] = kinds.get(kind, 0) + int(words[1])
        return kinds

    def sanitized(self):
        """AddressSanitizer holds back what is freed: memory tells nothing."""
        with open(f"/proc/{self.daemon.pid}/maps", encoding="ascii") as f:
            return "libasan" in f.read()

    def fds(self):
        """What the descriptors are, without the numbers of sockets."""
        path = f"/proc/{self.daemon.pid}/fd"
        kinds = []
        for n in os.listdir(path):
            try:
                kinds.append(os.readlink(f"{path}/{n}").split(":[")[0])
            except OSError:
                pass # closed meanwhile
        return sorted(kinds)

    def close(self):
        for p in self.procs:
            if p.poll() is None:
                p.kill()
            p.wait()
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.terminate()
            try:
                self.daemon.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
        for host in ("", "-a", "-b"):
            run("ip", "netns", "del", self.ns + host, check=False)
        run("rm", "-rf", self.dir)
