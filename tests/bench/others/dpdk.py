# SPDX-License-Identifier: Apache-2.0
"""Programs that take packets by DPDK: testpmd, Open vSwitch, vrflowd."""
import json
import os
import re
import subprocess
import tempfile
import time

from . import pcap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.environ.get("VRFLOW_BUILD", os.path.join(TOP, "build"))
CPU = max(os.sched_getaffinity(0))


def tsc_mhz():
    """Ticks of the time-stamp counter a microsecond, as the kernel says."""
    with open("/proc/cpuinfo", encoding="ascii") as f:
        found = re.search(r"cpu MHz\s*:\s*([\d.]+)", f.read())
    return float(found.group(1))


def testpmd(vdevs, mode, seconds):
    words = ["dpdk-testpmd", "-l", f"{min(os.sched_getaffinity(0))},{CPU}",
             "--no-huge", "--no-pci", f"--file-prefix=vrpeer{os.getpid()}",
             "-m", "512"]
    for v in vdevs:
        words += ["--vdev", v]
    words += ["--", "-i", f"--forward-mode={mode}", "--record-core-cycles",
              "--total-num-mbufs=16384"]
    p = subprocess.Popen(words, text=True, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    p.stdin.write("start\n")
    p.stdin.flush()
    time.sleep(1 + seconds)
    out = p.communicate("show fwd stats all\nstop\nquit\n", timeout=60)[0]
    found = re.findall(r"CPU cycles/packet=([\d.]+)", out)
    if not found:
        raise RuntimeError(out[-300:])
    return [float(found[0])]


# ---- Open vSwitch ----

class Ovs:
    """A switch of our own: its database, sockets and logs are in one place."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="vrovs")
        self.env = dict(os.environ, OVS_RUNDIR=self.dir, OVS_DBDIR=self.dir,
                        OVS_LOGDIR=self.dir, OVS_SYSCONFDIR=self.dir)
        self.procs = []

    def call(self, *words):
        p = subprocess.run(words, env=self.env, text=True, timeout=60,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           check=False)
        if p.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {p.stdout[-300:]}")
        return p.stdout

    def vsctl(self, *words):
        return self.call("ovs-vsctl", f"--db=unix:{self.dir}/db.sock",
                         "--timeout=50", *words)

    def appctl(self, *words):
        return self.call("ovs-appctl", "-t", f"{self.dir}/switch.ctl", *words)

    def spawn(self, *words):
        log = open(f"{self.dir}/log", "a", encoding="utf8")
        self.procs.append(subprocess.Popen(
            words, env=self.env, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL))
        log.close()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        db = f"{self.dir}/conf.db"
        self.call("ovsdb-tool", "create", db,
                  "/usr/share/openvswitch/vswitch.ovsschema")
        self.spawn("ovsdb-server", db, f"--remote=punix:{self.dir}/db.sock",
                   f"--unixctl={self.dir}/db.ctl")
        for _ in range(50):
            if os.path.exists(f"{self.dir}/db.sock"):
                break
            time.sleep(0.1)
        self.vsctl("--no-wait", "init")
        self.vsctl("--no-wait", "set", "Open_vSwitch", ".",
                   "other_config:dpdk-init=true",
                   "other_config:dpdk-extra=--no-huge --legacy-mem --no-pci "
                   f"-m 2048 --file-prefix=vrpeer{os.getpid()}",
                   f"other_config:pmd-cpu-mask={1 << CPU:x}")
        self.spawn("/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk",
                   f"unix:{self.dir}/db.sock",
                   f"--unixctl={self.dir}/switch.ctl")
        self.vsctl("add-br", "br0", "--", "set", "bridge", "br0",
                   "datapath_type=netdev")

    def __exit__(self, *why):
        for p in reversed(self.procs):
            p.terminate()
            try:
                p.wait(timeout=20)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        subprocess.run(["rm", "-rf", self.dir], check=False)

    def port(self, n, path):
        self.vsctl("add-port", "br0", f"d{n}", "--", "set", "Interface",
                   f"d{n}", "type=dpdk", f"ofport_request={n}",
                   f"options:dpdk-devargs=net_pcap{n},rx_pcap={path},"
                   "infinite_rx=1")

    def flows(self, text):
        path = f"{self.dir}/flows"
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        self.call("ovs-ofctl", "-O", "OpenFlow13", "del-flows",
                  f"unix:{self.dir}/br0.mgmt")
        self.call("ovs-ofctl", "add-flows", f"unix:{self.dir}/br0.mgmt", path)

    def cycles(self, seconds):
        """Median of five looks: all that the thread does, rx and tx too."""
        got = []
        time.sleep(2)
        for _ in range(5):
            self.appctl("dpif-netdev/pmd-stats-clear")
            time.sleep(seconds)
            out = self.appctl("dpif-netdev/pmd-stats-show")
            got.append(float(re.search(r"avg cycles per packet: ([\d.]+)",
                                       out).group(1)))
        return sorted(got)


L2 = "dec_ttl,mod_dl_src:02:00:00:00:01:01,mod_dl_dst:02:00:00:00:02:02"


def ct_flows(nat):
    commit = "ct(commit,nat(src=198.18.0.1))" if nat else "ct(commit)"
    track = "ct(table=1,nat)" if nat else "ct(table=1)"
    return f"""table=0,ip,ct_state=-trk,actions={track}
table=1,in_port=1,ip,ct_state=+trk+new,actions={commit},{L2},output:2
table=1,in_port=1,ip,ct_state=+trk+est,actions={L2},output:2
table=1,in_port=2,ip,ct_state=+trk+est,actions={L2},output:1
"""


def ovs(flows, kind, seconds):
    with Ovs() as o:
        outside = "198.18.0.1" if kind == "nat" else None
        macs = ["02:00:00:00:01:00", "02:00:00:00:01:01"]
        paths = pcap.files(o.dir, flows, macs, outside)
        if kind == "plain":
            text = f"in_port=1,ip,actions={L2},output:2\n" \
                   f"in_port=2,ip,actions={L2},output:1\n"
        else:
            text = ct_flows(kind == "nat")
        o.flows(text)
        for n, path in enumerate(paths, 1):
            o.port(n, path)
        return o.cycles(seconds)


# ---- vrflowd in the same surroundings ----

CONFIG = """
set interfaces ge-0/0/0 unit 0 family inet address 198.51.100.1/24
set interfaces ge-0/0/1 unit 0 family inet address 203.0.113.1/24
set routing-instances CLIENTS instance-type virtual-router
set routing-instances CLIENTS interface ge-0/0/0.0
set routing-instances CLIENTS routing-options static route 10.0.0.0/8 \
next-hop 198.51.100.2
set routing-instances CLIENTS routing-options static route 192.0.2.0/24 \
next-table SERVERS.inet.0
set routing-instances SERVERS instance-type virtual-router
set routing-instances SERVERS interface ge-0/0/1.0
set routing-instances SERVERS routing-options static route 192.0.2.0/24 \
next-hop 203.0.113.2
set routing-instances SERVERS routing-options static route 10.0.0.0/8 \
next-table CLIENTS.inet.0
set security zones security-zone CLIENTS interfaces ge-0/0/0.0
set security zones security-zone SERVERS interfaces ge-0/0/1.0
set security policies from-zone CLIENTS to-zone SERVERS policy p match \
source-address any destination-address any application any
set security policies from-zone CLIENTS to-zone SERVERS policy p then permit
"""


class Vrflow:
    def __init__(self, flows):
        self.dir = tempfile.mkdtemp(prefix="vrpeer")
        macs = ["02:70:63:61:70:00", "02:70:63:61:70:01"]
        self.paths = pcap.files(self.dir, flows, macs, arp=True)
        self.daemon = None

    def __enter__(self):
        conf = f"{self.dir}/conf"
        with open(conf, "w", encoding="ascii") as f:
            f.write(CONFIG.replace("\\\n", ""))
        words = [f"{BUILD}/vrflowd", "-f", "-c", conf, "-s",
                 f"{self.dir}/sock"]
        for n, path in enumerate(self.paths):
            words += ["-p", f"ge-0/0/{n}=dpdk:net_pcap{n},rx_pcap={path},"
                      "infinite_rx=1"]
        with open(f"{self.dir}/log", "w", encoding="utf8") as log:
            self.daemon = subprocess.Popen(words, stdout=log, stderr=log,
                                           stdin=subprocess.DEVNULL)
        for _ in range(100):
            with open(f"{self.dir}/log", encoding="utf8") as f:
                if "ready" in f.read().split("\n"):
                    break
            time.sleep(0.1)
        return self

    def __exit__(self, *why):
        self.daemon.terminate()
        self.daemon.wait(timeout=30)
        subprocess.run(["rm", "-rf", self.dir], check=False)

    def forwarded(self):
        out = subprocess.run(
            [f"{BUILD}/vrflow", "-s", f"{self.dir}/sock", "-c",
             "show security flow statistics | display json"],
            text=True, stdout=subprocess.PIPE, check=True).stdout
        text = json.dumps(json.loads(out))
        return int(re.search(r'"flow-pkt-count-fwd": \[\{"data": "(\d+)"',
                             text).group(1))

    def worker_ticks(self):
        """Ticks that the packet thread has run, from its CPU time."""
        for task in os.listdir(f"/proc/{self.daemon.pid}/task"):
            path = f"/proc/{self.daemon.pid}/task/{task}"
            with open(f"{path}/comm", encoding="ascii") as f:
                if not f.read().startswith("vrflow-worker"):
                    continue
            with open(f"{path}/schedstat", encoding="ascii") as f:
                return int(f.read().split()[0]) * tsc_mhz() / 1e3
        raise RuntimeError("no packet thread")

    def cycles(self, seconds):
        got = []
        time.sleep(2)
        for _ in range(5):
            n, t = self.forwarded(), self.worker_ticks()
            time.sleep(seconds)
            n2, t2 = self.forwarded(), self.worker_ticks()
            if n2 == n:
                raise RuntimeError("nothing is forwarded")
            got.append((t2 - t) / (n2 - n))
        return sorted(got)


def vrflow(flows, seconds):
    with Vrflow(flows) as v:
        return v.cycles(seconds)


def rows(quick):
    s = 0.3 if quick else 1
    n = 3000 # vrflowd's buffers hold both files
    ours = "vrflowd, net_pcap, 3,000 flows both ways, rx and tx included"
    yield ("testpmd macswap, net_null", None,
           lambda: testpmd(["net_null0", "net_null1"], "macswap", s))
    yield ("testpmd io, net_null", None,
           lambda: testpmd(["net_null0", "net_null1"], "io", s))
    yield ours, "established, 10,000 sessions", lambda: vrflow(n, s)
    for name, flows, kind in (
            ("3,000 flows, no conntrack", n, "plain"),
            ("conntrack, 3,000", n, "ct"),
            ("conntrack, 10,000", 10000, "ct"),
            ("conntrack and SNAT, 3,000", n, "nat"),
            ("conntrack and SNAT, 10,000", 10000, "nat")):
        yield (f"Open vSwitch, net_pcap, {name}", ours,
               lambda f=flows, k=kind: ovs(f, k, s))
