# SPDX-License-Identifier: Apache-2.0
"""A vrflowd, and terminals at it: what the tests of the command line share.

Nothing here waits for a time: a test waits for a prompt.
"""
import os
import re
import subprocess
import sys
import time
import traceback

import pexpect

PROMPT = r"\n?\w+@fw1> $"
MORE = r"---\(more( \d+%)?\)---$"
YES_NO = r"\[yes,no\] \(yes\) $"

CONF = """
system { host-name fw1; }
interfaces {
    ge-0/0/0 {
        description "to the hosts";
        unit 0 { family inet { address 192.0.2.1/24; } }
    }
    ge-0/0/1 { unit 0 { family inet { address 198.51.100.1/24; } } }
}
security {
    address-book { global { address HOSTS 192.0.2.0/24; } }
    policies {
        from-zone LAN to-zone WAN {
            policy out {
                match {
                    source-address HOSTS;
                    destination-address any;
                    application any;
                }
                then { permit; }
            }
        }
    }
    zones {
        security-zone LAN {
            host-inbound-traffic { system-services { ping; } }
            interfaces { ge-0/0/0.0; }
        }
        security-zone WAN { interfaces { ge-0/0/1.0; } }
    }
}
routing-instances {
    TENANT { instance-type virtual-router; }
}
routing-options {
    static { route 203.0.113.0/24 next-hop 198.51.100.9; }
}
"""


def conf(path=""):
    """The banner and the prompt of configuration mode at an edit path."""
    return r"\[edit%s\]\r\n\w+@fw1# $" % (" " + path if path else "")


class Box:
    """A daemon of its own, in the directory of the test."""

    def __init__(self, build, where):
        self.build, self.where = build, where
        self.sock = os.path.join(where, "cli.sock")
        self.file = os.path.join(where, "cli.conf")
        self.daemon = None
        with open(self.file, "w") as f:
            f.write(CONF)

    def start(self):
        log = open(os.path.join(self.where, "vrflowd.log"), "a")
        self.daemon = subprocess.Popen(
            [self.build + "/vrflowd", "-c", self.file, "-s", self.sock,
             "-w", "1", "-m", "1000", "-f"],
            stdout=subprocess.PIPE, stderr=log)
        line = self.daemon.stdout.readline()
        assert line == b"ready\n", "vrflowd: %r" % line

    def stop(self):
        self.daemon.terminate()
        code = self.daemon.wait(timeout=30)
        self.daemon.stdout.close()
        return code

    def path(self, name):
        return os.path.join(self.where, name)

    def script(self, text="", *args):
        """A script on standard input, or -c: (status, output, errors)."""
        p = subprocess.run([self.build + "/vrflow", "-s", self.sock, *args],
                           input=text, text=True, cwd=self.where, timeout=60,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return p.returncode, p.stdout, p.stderr

    def command(self, *lines):
        """Commands that must succeed; their output."""
        args = [a for line in lines for a in ("-c", line)]
        status, out, err = self.script("", *args)
        assert status == 0, (status, out, err)
        return out


class Term:
    """A terminal with a session."""

    all = []

    def __init__(self, box, rows=100, columns=200, term="vt100"):
        env = dict(os.environ, TERM=term, LC_ALL="C.UTF-8")
        env.pop("VRFLOW_SOCKET", None)
        self.box = box
        self.p = pexpect.spawn(box.build + "/vrflow", ["-s", box.sock],
                               encoding="utf-8", timeout=20, env=env,
                               cwd=box.where, dimensions=(rows, columns))
        self.p.delaybeforesend = None
        Term.all.append(self)
        self.p.expect(PROMPT)

    def type(self, keys, until=PROMPT):
        """Send keys; all that is printed up to (and with) `until`."""
        self.p.send(keys)
        self.p.expect(until)
        return self.p.before + self.p.after

    def run(self, line, until=PROMPT):
        """A command and its output, without the echo and the prompt."""
        text = self.type(line + "\r", until)
        text = text.replace("\r\n", "\n")
        first = text.find("\n")
        text = text[first + 1:]
        text = re.sub(r"(\[edit[^\n]*\n)?[^\n]*$", "", text)
        return text.rstrip("\n")

    def configure(self, how=""):
        return self.run(("configure " + how).strip(), conf())

    def leave(self):
        """To operational mode, whatever was changed."""
        self.run("rollback 0", r"# $")
        self.run("exit configuration-mode")

    def close(self):
        self.p.send("exit\r")
        self.p.expect(pexpect.EOF)
        self.p.close()
        assert self.p.exitstatus == 0, self.p.exitstatus

    def gone(self):
        """The program has ended; its status."""
        self.p.expect(pexpect.EOF)
        self.p.close()
        return self.p.exitstatus


def has(text, *parts):
    """All parts are in text, in this order."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, "%r is not in %r" % (part, text[at:])
        at = found + len(part)


def lacks(text, *parts):
    for part in parts:
        assert part not in text, "%r is in %r" % (part, text)


def same(got, want):
    assert got == want, "got %r, expected %r" % (got, want)


def wait_until(f):
    """For what another process does: up to 20 seconds."""
    end = time.monotonic() + 20
    while not f():
        assert time.monotonic() < end, "gave up waiting"
        time.sleep(0.02)


def clean_up(box):
    """A test has failed: the next one finds what it expects."""
    for t in Term.all:
        t.p.close(force=True)
    box.script("configure\nrollback 0\nexit\n")


def run_tests(box, modules, only):
    passed = failed = 0
    for module in modules:
        for name, f in list(vars(module).items()):
            if not name.startswith("test_") or not callable(f) or \
                    f.__module__ != module.__name__ or \
                    (only and not any(o in name for o in only)):
                continue
            try:
                began = time.monotonic()
                f(box)
                passed += 1
                print("ok      cli/%s (%.1fs)" %
                      (name[5:], time.monotonic() - began))
            except Exception:  # whatever pexpect raises
                failed += 1
                print("not ok  cli/%s" % name[5:])
                for line in traceback.format_exc().splitlines():
                    if " object at 0x" not in line:
                        print("        " + line)
                clean_up(box)
            Term.all.clear()
            sys.stdout.flush()
    return passed, failed
