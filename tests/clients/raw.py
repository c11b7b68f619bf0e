# SPDX-License-Identifier: Apache-2.0
"""NETCONF by hand: the program of the subsystem, its pipes, nothing between."""
import os
import re
import select
import signal
import subprocess
import time

from checks import SCRATCH

BUILD = os.environ["BUILD"]
SOCKET = os.environ["SOCKET"]
END = b"]]>]]>"
HELLO = b"<hello/>" + END
HELLO_1_1 = (b'<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
             b"<capabilities><capability>urn:ietf:params:netconf:base:1.1"
             b"</capability></capabilities></hello>" + END)


class Raw:
    """One session. Whoever waits here waits at most 60 seconds."""

    def __init__(self, hello=HELLO):
        self.process = subprocess.Popen(
            [BUILD + "/vrflow-netconf", "-s", SOCKET],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0)
        self.buffer = b""
        self.chunks = False
        self.greeting = self.message().decode()
        if hello:
            self.send(hello)
            self.chunks = (hello == HELLO_1_1 and
                           "netconf:base:1.1<" in self.greeting)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def send(self, data):
        os.write(self.process.stdin.fileno(), data)

    def more(self):
        """Read on; False at the end."""
        fd = self.process.stdout.fileno()
        if not select.select([fd], [], [], 60)[0]:
            raise AssertionError("no answer")
        data = os.read(fd, 65536)
        self.buffer += data
        return bool(data)

    def message(self):
        """The next message; b"" at the end."""
        while True:
            text = self.chunk() if self.chunks else self.marked()
            if text is not None:
                return text
            if not self.more():
                return b""

    def marked(self):
        if END not in self.buffer:
            return None
        text, _, self.buffer = self.buffer.partition(END)
        return text.strip()

    def chunk(self):
        text, at = b"", 0
        while True:
            m = re.compile(rb"\n#(\d+|#)\n").match(self.buffer, at)
            if not m:
                return None
            at = m.end()
            if m.group(1) == b"#":
                self.buffer = self.buffer[at:]
                return text
            n = int(m.group(1))
            if len(self.buffer) < at + n:
                return None
            text, at = text + self.buffer[at:at + n], at + n

    def put(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        self.send(b"\n#%d\n%s\n##\n" % (len(data), data) if self.chunks
                  else data + END)

    def ask(self, operation):
        self.put('<rpc message-id="1">%s</rpc>' % operation)
        return self.message().decode()

    def memory(self):
        """The most that it ever had, in MB."""
        with open("/proc/%d/status" % self.process.pid) as f:
            return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) >> 10

    def ended(self):
        """Its exit status."""
        self.process.stdin.close()
        while self.more():
            pass
        return self.process.wait(60)

    def vanish(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.vanish()
        for f in (self.process.stdin, self.process.stdout):
            try:
                f.close()
            except OSError:
                pass


def cli(line):
    done = subprocess.run([BUILD + "/vrflow", "-s", SOCKET, "-c", line],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60)
    return done.stdout


def committed(path):
    """The committed configuration below path, as lines of set."""
    return cli("show configuration %s | display set" % path)


def until(f, seconds=20):
    """Wait until f() is true."""
    end = time.monotonic() + seconds
    while not f():
        assert time.monotonic() < end, "gave up waiting"
        time.sleep(0.1)


def store(name):
    return os.path.join(SCRATCH, "store", name)
