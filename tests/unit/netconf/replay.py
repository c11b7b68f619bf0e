#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
replay.py [--update] TESTD VRFLOW-NETCONF: requests as real clients send them
(replay/NAME.in, one message each between lines of "====") against a daemon
that is nothing but its management plane; the replies must be those of
replay/NAME.out. Times and numbers of processes do not count.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
END = "]]>]]>\n"
CONFIG = """system { host-name fw1; }
security { zones { security-zone LAN { tcp-rst; } security-zone WAN; } }
"""


def normalized(text):
    text = re.sub(r"seconds=\"\d+\"", 'seconds="N"', text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "TIME", text)
    text = re.sub(r"\(pid \d+\)", "(pid N)", text)
    text = re.sub(r'commit-user="[^"]*"', 'commit-user="U"', text)
    text = re.sub(r'seconds":"\d+"', 'seconds":"N"', text)
    text = re.sub(r'commit-user":"[^"]*"', 'commit-user":"U"', text)
    text = re.sub(r'(-seconds" : )"\d+"', r'\1"N"', text)
    text = re.sub(r'(commit-user" : )"[^"]*"', r'\1"U"', text)
    text = re.sub(r"<user>[^<]*</user>", "<user>U</user>", text)
    text = re.sub(r"by \S+ via", "by U via", text)
    text = re.sub(r"UTC by \S+", "UTC by U", text)
    text = re.sub(r"TIME by \S+", "TIME by U", text)
    return re.sub(r"re0-\d+-0", "re0-N-0", text)


def run(testd, netconf, requests):
    with tempfile.TemporaryDirectory() as d:
        with open(d + "/c", "w") as f:
            f.write(CONFIG)
        daemon = subprocess.Popen([testd, d + "/s", d + "/c"],
                                  stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        try:
            assert daemon.stdout.readline().strip() == "ready"
            done = subprocess.run(
                [netconf, "-s", d + "/s"], input=END.join(requests) + END,
                stdout=subprocess.PIPE, text=True, timeout=60)
        finally:
            daemon.stdin.close()
            daemon.wait()
    done.stdout.encode("ascii")
    assert done.returncode == 0, done.returncode
    replies = done.stdout.split(END)
    assert replies.pop() == ""
    assert "<session-id>" in replies[0]
    return normalized("====\n".join(replies[1:]))


def main():
    args = sys.argv[1:]
    update = "--update" in args
    testd, netconf = [a for a in args if a != "--update"]
    failed = 0
    for path in sorted(glob.glob(HERE + "/replay/*.in")):
        with open(path) as f:
            requests = f.read().split("====\n")
        got = run(testd, netconf, requests)
        out = path[:-3] + ".out"
        if update:
            with open(out, "w") as f:
                f.write(got)
            continue
        with open(out) as f:
            expected = f.read()
        if got != expected:
            failed += 1
            print("%s differs:\n%s" % (os.path.basename(path), got))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
