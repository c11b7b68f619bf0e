#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line on a terminal, as a person or a screen scraper uses it.

interactive.py VRFLOW TESTD CONF
"""
import os
import subprocess
import sys
import tempfile

try:
    import pexpect
except ImportError:
    print("python3-pexpect is not installed")
    sys.exit(77)

PROMPT = r"\w+@gw> $"
CONF = r"\[edit[^\]]*\]\r\n\w+@gw# $"


class Terminal:
    def __init__(self, vrflow, sock, **kw):
        env = dict(os.environ, TERM="vt100", ASAN_OPTIONS="detect_leaks=0")
        self.p = pexpect.spawn(vrflow, ["-s", sock], encoding="utf-8",
                               timeout=20, env=env, **kw)
        self.p.delaybeforesend = None
        self.p.expect(PROMPT)

    def type(self, keys, until):
        self.p.send(keys)
        self.p.expect(until)
        text = self.p.before + self.p.after
        assert "\x1b" not in text, "escape sequence in %r" % text
        return text

    def close(self):
        self.p.send("exit\r")
        self.p.expect(pexpect.EOF)
        self.p.close()
        assert self.p.exitstatus == 0, self.p.exitstatus


def has(text, *parts):
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, "%r is not in %r" % (part, text)
        at = found


def test_help(t):
    text = t.type("sh?", r"Possible completions:\r\n.*gw> sh$")
    has(text, "  show                 Show system information")
    text = t.type("ow security zones ?", "gw> show security zones $")
    has(text, "?\r\nPossible completions:",
        "  <[Enter]>            Execute this command",
        "  <zone>", "  ISP", "  LAN", "  detail", "  |   ")
    t.type("L\t", "LAN $")
    has(t.type("\r", PROMPT), "zone: LAN")
    # Inside quotes ? is a character.
    has(t.type('show version | match "Ho?st"\r', PROMPT), "Hostname: gw")
    has(t.type("bogus x ?", r"gw> bogus x $"), "unknown command.")
    t.type("\x03", PROMPT)
    has(t.type("show version | ?", r"trim.*version \| $"), "  count", "  match",
        "  save", "  trim")
    t.type("\x03", PROMPT)


def test_completion(t):
    has(t.type("sh", "sh$"), "sh")
    t.type(" ", "ow $")
    t.type("ver", "ver$")
    has(t.type("\r", PROMPT), "Hostname: gw")
    has(t.type("show rou \r", PROMPT), "route")
    t.type("set cli complete-on-space off\r", PROMPT)
    has(t.type("sh ver\r", PROMPT), "sh ver", "Hostname: gw")
    t.type("set cli complete-on-space on\r", PROMPT)
    # History and emacs keys.
    # (The cursor moves here: who goes through history has a screen.)
    t.p.send("\x10\x10\r")
    t.p.expect("Hostname: gw")
    t.p.expect(PROMPT)


def test_errors(t):
    width = len(t.type("show foo\r", PROMPT).split("\r\n")[-1])
    text = t.type("show foo\r", PROMPT)
    has(text, "\r\n" + " " * (width + 5) + "^\r\n"
        "syntax error, expecting <command>.\r\n\r\n")
    has(t.type("abc\x03", PROMPT), "^C")
    t.type("\r", PROMPT)


def test_pager(t):
    more = r"---\(more\)---$"
    has(t.type("show long\r", more), "line: 0\r\n", "line: 22\r\n")
    has(t.type(" ", more), "line: 23\r\n", "line: 45\r\n")
    text = t.type("\r", more)
    has(text, "line: 46\r\n")
    assert "line: 47" not in text
    t.type("q", PROMPT)
    text = t.type("show long | no-more\r", PROMPT)
    has(text, "line: 299")
    t.type("show long parts 50000\r", more)
    t.type("q", PROMPT)
    has(t.type("set cli screen-length 0\r", PROMPT), "set to 0")
    has(t.type("show long\r", PROMPT), "line: 299")


def test_interrupt(t):
    t.type("monitor tick\r", r"count: \d+\r\n")
    text = t.type("\x03", PROMPT)
    has(text, "total: stopped")
    has(t.type("show version\r", PROMPT), "Hostname: gw")


def test_configure(t):
    has(t.type("configure\r", CONF), "Entering configuration mode")
    # A long help comes in pages.
    t.type("set system ?", r"---\(more\)---$")
    has(t.type("G", r"\[edit\]\r\n\w+@gw# set system $"),
        "  host-name            ")
    t.type("host-name gw\r", CONF)
    text = t.type("show | compare\r", CONF)
    assert "host-name" not in text.split("\r\n", 1)[1]
    t.type("set system host-name other\r", CONF)
    t.type("edit security zones security-zone L\t\r",
           r"\[edit security zones security-zone LAN\]\r\n\w+@gw# $")
    t.type("top\r", CONF)
    t.type("load merge terminal\r", r"end input\]\r\n")
    t.type("security {\rzones { security-zone DMZ; }\r}\r", "zone DMZ")
    has(t.type("\x04", CONF), "load complete")
    has(t.type("show | compare\r", CONF), "+  security-zone DMZ;")
    t.type("exit\r", r"Exit with uncommitted changes\? \[yes,no\] \(yes\) $")
    t.type("no\r", CONF)
    t.type("rollback\r", CONF)
    has(t.type("commit confirmed 5\r", r"minutes?\r\n\[edit\]\r\n\w+@gw# $"),
        "commit complete", "# commit confirmed will be rolled back in 5 min")
    has(t.type("commit\r", CONF), "commit complete")
    has(t.type("exit configuration-mode\r", PROMPT),
        "Exiting configuration mode")


def test_scraper(vrflow, sock):
    """As netmiko does: a narrow terminal, long lines, no waiting."""
    t = Terminal(vrflow, sock, dimensions=(24, 80))
    t.type("set cli screen-width 511\r", "Screen width set to 511")
    t.p.expect(PROMPT)
    t.type("set cli complete-on-space off\r", "Disabling complete-on-space")
    t.p.expect(PROMPT)
    t.type("set cli screen-length 0\r", "Screen length set to 0")
    t.p.expect(PROMPT)
    t.type("configure\r", r"Entering configuration mode(?s:.)*\].*#")
    line = 'set system host-name "%s"' % ("x" * 150)
    t.p.send(line + "\r")
    t.p.expect_exact(line)
    t.p.expect(CONF)
    # Two lines at once: the echo comes once.
    t.p.send("set system host-name gw\rshow | compare\r")
    t.p.expect(r"show \| compare\r\n(?s:.*)" + CONF)
    text = t.p.before + t.p.after
    assert text.count("show | compare") == 1, text
    t.type("exit configuration-mode\r", PROMPT)
    t.close()


def main():
    vrflow, testd, conf = [os.path.abspath(a) for a in sys.argv[1:4]]
    with tempfile.TemporaryDirectory() as work:
        sock = os.path.join(work, "sock")
        daemon = subprocess.Popen([testd, sock, conf], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        assert daemon.stdout.readline() == b"ready\n"
        try:
            for test in (test_help, test_completion, test_errors, test_pager,
                         test_interrupt, test_configure):
                t = Terminal(vrflow, sock, dimensions=(24, 200))
                test(t)
                t.close()
                print("ok", test.__name__, flush=True)
            test_scraper(vrflow, sock)
            t = Terminal(vrflow, sock, dimensions=(24, 80))
        finally:
            daemon.stdin.close()
            daemon.wait(timeout=20)
        # The daemon is gone, and nobody waits: status 2.
        t.p.expect("connection to the daemon was lost")
        t.p.expect("for the daemon; .C ends the session.\r\n")
        t.p.send("\x03")
        t.p.expect(pexpect.EOF)
        t.p.close()
        assert t.p.exitstatus == 2, t.p.exitstatus
        gone = subprocess.run([vrflow, "-s", sock, "-c", "show version"],
                              stderr=subprocess.PIPE)
        assert gone.returncode == 2
        assert b"cannot reach vrflowd" in gone.stderr


main()
